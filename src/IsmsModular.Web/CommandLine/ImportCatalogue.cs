using System.CommandLine;
using System.Text.Json;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms catalogue import FILE</c>: a foreign catalogue into a workspace, all or nothing.</summary>
internal static class ImportCatalogue
{
    public static Command Build(Cli cli)
    {
        var file = cli.InputFile(new Argument<string>("FILE") { Description = "NIST OSCAL (JSON), CISO Assistant library (YAML), MONARC or MISP threats (JSON), catalogue.json or mapping.json of a plugin, CSV or XLSX" });
        var kind = new Option<string?>("--kind") { Description = "What the rows are to be: controls, clauses, threats, vulnerabilities, sectorGuide, reference (else what fits the file)", HelpName = "KIND" };
        var map = new Option<string?>("--map") { Description = "Columns of a table: \"Column=field,…\"; columns not named are recognised by their header, field - leaves a column out", HelpName = "MAP" };
        var name = new Option<string?>("--name") { Description = "Name instead of the file's", HelpName = "NAME" };
        var extends = new Option<string?>("--extends") { Description = "Key of the catalogue that a sector guide extends", HelpName = "ID" };
        var from = new Option<string?>("--from") { Description = "Key of the catalogue that a mapping leads from", HelpName = "ID" };
        var to = new Option<string?>("--to") { Description = "Key of the catalogue that a mapping leads to, or that a profile chooses from", HelpName = "ID" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would happen" };
        var import = new Command("import", "Brings a catalogue into a workspace: every bad place is named, and all is stored or nothing") { file, Cli.Workspace, kind, map, name, extends, from, to, dryRun, Cli.Json };
        import.SetAction((parsed, cancellationToken) => cli.InWorkspace(parsed, async (services, token) =>
        {
            var path = parsed.GetValue(file)!;
            await using var content = cli.OpenRead(path);
            var request = new CatalogueImportRequest(path == "-" ? "import" : Path.GetFileName(path), KindOf(parsed.GetValue(kind)), parsed.GetValue(map), parsed.GetValue(name), parsed.GetValue(extends), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(dryRun));
            var result = await services.GetRequiredService<ICatalogueImport>().ImportAsync(content, request, token);
            if (result.Succeeded)
                return await TellAsync(cli, services.GetRequiredService<IWords>(), path, result.Value, parsed.GetValue(Cli.Json));
            if (!parsed.GetValue(Cli.Json))
                await cli.Error.WriteAsync(path + ": ");
            return await cli.RefusedAsync(services, result.Errors);
        }, cancellationToken));
        return import;
    }

    private static CatalogueKind? KindOf(string? kind) => kind is null ? null
        : Enum.TryParse<CatalogueKind>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
        : throw new UsageException($"--kind is one of {string.Join(", ", Enum.GetValues<CatalogueKind>().Select(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString())))}.");

    private static async Task<int> TellAsync(Cli cli, IWords words, string path, CatalogueImportOutcome outcome, bool json)
    {
        string Said(CatalogueImportProblem p) => words[p.Message, [.. p.Arguments]];
        var code = outcome.Problems.Count > 0 ? Cli.NotDone : Cli.Good;
        if (json)
        {
            await cli.WriteJsonAsync(new { outcome.Written, outcome.Format, outcome.Parts, problems = outcome.Problems.Select(p => new { p.Place, message = Said(p) }), notes = outcome.Notes.Select(Said) });
            return code;
        }

        foreach (var note in outcome.Notes)
            await cli.Error.WriteLineAsync(Said(note));
        foreach (var problem in outcome.Problems)
            await cli.Error.WriteLineAsync($"{path}: {(problem.Place.Length > 0 ? problem.Place + ": " : "")}{Said(problem)}");
        if (code != Cli.Good)
        {
            await cli.Error.WriteLineAsync($"{outcome.Problems.Count} {(outcome.Problems.Count == 1 ? "problem" : "problems")}: nothing was stored.");
            return code;
        }

        foreach (var part in outcome.Parts)
            await cli.Out.WriteLineAsync($"{(outcome.Written ? "Imported" : "Would import")}: {part.What} {part.Name} ({part.Key}){(part.Rows > 0 ? $", {part.Rows} {(part.Rows == 1 ? "row" : "rows")}" : "")}{(part.Kinds.Count > 0 ? ": " + string.Join(", ", part.Kinds.Select(k => $"{k.Value} {k.Key}")) : "")}{(part.Updates ? $"; {part.Added} new, {part.Changed} changed, {part.Removed} removed, {part.Kept} kept because records name them" : "")}");
        return code;
    }
}
