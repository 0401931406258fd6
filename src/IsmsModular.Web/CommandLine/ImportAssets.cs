using System.CommandLine;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms import assets FILE</c>: an inventory from CSV or XLSX, all or nothing.</summary>
internal sealed class ImportAssets : ICliVerb
{
    public Command Build(Cli cli)
    {
        var file = cli.InputFile(new Argument<string>("FILE") { Description = "CSV (UTF-8) or XLSX" });
        var map = new Option<string?>("--map") { Description = "\"Column=field,…\", or a file with one such pair a line; columns not named are recognised by their header, field - leaves a column out", HelpName = "MAP" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would happen" };
        var people = new Option<bool>("--create-people") { Description = "Add owners and custodians that are not in the workspace yet" };
        var groups = new Option<bool>("--create-groups") { Description = "Add groups that are not in the workspace yet" };
        var unlike = new Option<bool>("--accept-unlike") { Description = "Put assets of unlike values into one group all the same" };
        var assets = new Command("assets", "Import assets: every wrong row is named, and all is written or nothing") { file, Cli.Workspace, map, dryRun, people, groups, unlike, Cli.Json };
        assets.SetAction((parsed, cancellationToken) => cli.InWorkspace(parsed, async (services, token) =>
        {
            var path = parsed.GetValue(file)!;
            await using var content = cli.OpenRead(path);
            var request = new AssetImportRequest(Path.GetFileName(path), MapOf(cli, parsed.GetValue(map)), parsed.GetValue(people), parsed.GetValue(groups), parsed.GetValue(dryRun), parsed.GetValue(unlike));
            var result = await services.GetRequiredService<IAssetImport>().ImportAsync(content, request, token);
            if (!result.Succeeded)
                return await cli.RefusedAsync(services, result.Errors);
            return await TellAsync(cli, services.GetRequiredService<IWords>(), result.Value, parsed.GetValue(Cli.Json));
        }, cancellationToken));
        return new Command("import", "Bring in what you have") { assets };
    }

    private static string? MapOf(Cli cli, string? map) => map is not null && File.Exists(cli.PathOf(map)) ? File.ReadAllText(cli.PathOf(map)) : map;

    private static async Task<int> TellAsync(Cli cli, IWords words, AssetImportOutcome outcome, bool json)
    {
        if (json)
        {
            await cli.WriteJsonAsync(new { outcome.Written, outcome.New, outcome.Changed, outcome.Same, problems = outcome.Problems.Select(p => new { p.Row, p.Column, message = words[p.Message, [.. p.Arguments]] }), outcome.UnknownPeople, outcome.UnknownGroups, outcome.Leftover });
            return outcome.Problems.Count > 0 ? Cli.NotDone : Cli.Good;
        }

        foreach (var problem in outcome.Problems)
            await cli.Error.WriteLineAsync($"row {problem.Row}{(problem.Column is null ? "" : $", {problem.Column}")}: {words[problem.Message, [.. problem.Arguments]]}");
        if (outcome.Leftover.Count > 0)
            await cli.Error.WriteLineAsync($"Columns left out: {string.Join(", ", outcome.Leftover)}");
        if (outcome.Problems.Count > 0)
        {
            await cli.Error.WriteLineAsync($"{outcome.Problems.Count} problems in {outcome.Problems.Select(p => p.Row).Distinct().Count()} rows: nothing was written.");
            return Cli.NotDone;
        }

        await cli.Out.WriteLineAsync($"{(outcome.Written ? "Imported" : "Would import")}: {outcome.New} new, {outcome.Changed} changed, {outcome.Same} unchanged.");
        return Cli.Good;
    }
}
