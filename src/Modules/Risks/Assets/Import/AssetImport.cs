using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Risks.Assets.Import;

/// <summary>What may be made on the way.</summary>
/// <param name="FileName">Name of the file, kept as source and reason.</param>
/// <param name="CreatePeople">Add owners and custodians that are not there yet.</param>
/// <param name="CreateGroups">Add groups that are not there yet.</param>
/// <param name="Sheet">Sheet of a workbook; null to choose by the headers.</param>
/// <param name="UnlikeAccepted">Put unlike values into one group all the same.</param>
internal sealed record ImportOptions(string FileName, bool CreatePeople, bool CreateGroups, string? Sheet = null, bool UnlikeAccepted = false);

/// <summary>What an import would do.</summary>
/// <param name="Items">Rows that can be taken.</param>
/// <param name="Problems">All that is wrong, by row.</param>
/// <param name="UnknownPeople">Names that nobody in the workspace has.</param>
/// <param name="UnknownGroups">Groups that are not there.</param>
/// <param name="Leftover">Headers that fill nothing.</param>
internal sealed record ImportPlan(IReadOnlyList<ImportItem> Items, IReadOnlyList<RowProblem> Problems, IReadOnlyList<string> UnknownPeople, IReadOnlyList<string> UnknownGroups, IReadOnlyList<string> Leftover)
{
    public int New => Items.Count(i => i.Seen is null);

    public int Changed => Items.Count(i => i.Seen is not null && i.Changes.Count > 0);

    public int Same => Items.Count(i => i.Seen is not null && i.Changes.Count == 0);

    public bool MayRun => Problems.Count == 0 && Items.Count > 0;
}

/// <summary>One row: an asset as it will be.</summary>
/// <param name="Row">Number in the file.</param>
/// <param name="Asset">The asset.</param>
/// <param name="Seen">Version that is replaced; null for a new asset.</param>
/// <param name="Changes">What differs from what is stored.</param>
internal sealed record ImportItem(int Row, Asset Asset, long? Seen, IReadOnlyList<FieldChange> Changes);

/// <summary>A change of one field: its key, before and after.</summary>
internal sealed record FieldChange(string Field, string? Before, string? After);

/// <summary>Turns a table into assets. Nothing is written unless every row is right; all of it goes into one save.</summary>
internal sealed partial class AssetImport(WorkspaceContext workspace, IPeople people, INewPeople newPeople, IWords words, WordBook book) : IAssetImport
{
    /// <summary>Key in the place of an id for what is made with the import.</summary>
    private const string Pending = "new:";

    /// <summary>Reads a file, maps its columns and plans what its rows would do.</summary>
    public async Task<Result<ImportPlan>> ReadAsync(IDocumentSession session, Stream content, Func<Table, Result<ImportMap>> mapping, ImportOptions options, CancellationToken cancellationToken)
    {
        var table = await TableReader.ReadAsync(content, ImportMap.Headers(AssetColumns.Fields, book), options.FileName, cancellationToken, options.Sheet);
        if (!table.Succeeded)
            return Result<ImportPlan>.Failed(table.Errors);
        var map = mapping(table.Value);
        if (!map.Succeeded)
            return Result<ImportPlan>.Failed(map.Errors);
        var wrong = map.Value.Problems(AssetColumns.Fields, table.Value, f => words[f.Title]).Select(e => e with { Field = null }).ToList();
        return wrong.Count > 0 ? wrong : await PlanAsync(session, table.Value, map.Value, options, cancellationToken);
    }

    private async Task<ImportPlan> PlanAsync(IDocumentSession session, Table table, ImportMap map, ImportOptions options, CancellationToken cancellationToken)
    {
        var known = await Known.LoadAsync(session, people, cancellationToken);
        var scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();
        var reading = new Reading(table, map, options, known, scale, words, book, workspace.Today, workspace.Actor.Name);
        var items = reading.Items();
        // Problems of the reader name columns; they count only where the column is used.
        var used = map.Columns.Values.Select(c => table.Columns[c].Header).ToHashSet();
        var problems = table.Problems.Where(p => p.Column is null || used.Contains(p.Column) || used.Contains(HeaderOf(table, p.Column))).Concat(reading.Problems).OrderBy(p => p.Row).ToList();
        var mapped = map.Columns.Values.ToHashSet();
        return new(items, problems, [.. reading.UnknownPeople.Order(StringComparer.OrdinalIgnoreCase)], [.. reading.UnknownGroups.Order(StringComparer.OrdinalIgnoreCase)], [.. table.Columns.Where(c => !mapped.Contains(c.Index)).Select(c => c.Header)]);
    }

    /// <summary>Writes a plan without problems in one save.</summary>
    public async Task<Result<ImportPlan>> RunAsync(IDocumentSession session, ImportPlan plan, ImportOptions options, string hash, CancellationToken cancellationToken)
    {
        if (!plan.MayRun)
            return Error.Invalid(plan.Items.Count == 0 ? "import.nothing" : "import.refused", null, plan.Problems.Count.ToString(CultureInfo.InvariantCulture));
        if (plan.UnknownPeople.Count > 0 && !workspace.May(Area.People, Verb.Edit))
            return Error.Forbidden("import.people.forbidden");

        var peopleIds = plan.UnknownPeople.ToDictionary(n => n, n => newPeople.Add(session, n, options.FileName), StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> groupIds = new(StringComparer.OrdinalIgnoreCase);
        foreach (var name in plan.UnknownGroups)
        {
            var type = plan.Items.First(i => string.Equals(i.Asset.GroupId, Pending + name, StringComparison.OrdinalIgnoreCase)).Asset.Type;
            var group = new AssetGroup { Name = name, Type = type };
            session.Next("GRP", n => group.Reference = n.ToString("'GRP-'00", CultureInfo.InvariantCulture));
            session.Add(group, "group.add", options.FileName);
            groupIds[name] = group.Id;
        }

        foreach (var (_, asset, seen, changes) in plan.Items)
        {
            asset.OwnerId = Made(asset.OwnerId, peopleIds);
            asset.CustodianId = Made(asset.CustodianId, peopleIds);
            asset.GroupId = Made(asset.GroupId, groupIds);
            if (peopleIds.Count > 0 && asset.Valuation is { } value)
                value.Participants = [.. value.Participants.Select(p => p.PersonId is null && peopleIds.TryGetValue(p.Name, out var id) ? p with { PersonId = id } : p)];
            if (seen is null)
            {
                session.Next("ASSET", n => asset.Reference = n.ToString("'ASSET-'0000", CultureInfo.InvariantCulture));
                session.Add(asset, "asset.import", options.FileName);
            }
            else if (changes.Count > 0)
            {
                session.Update(asset, seen.Value, "asset.import", options.FileName);
            }
        }

        session.Log("asset.importfile", hash, options.FileName, new JsonObject { ["new"] = plan.New, ["changed"] = plan.Changed, ["same"] = plan.Same });
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? plan : Result<ImportPlan>.Failed(saved.Errors);
    }

    /// <inheritdoc />
    public async Task<Result<AssetImportOutcome>> ImportAsync(Stream content, AssetImportRequest request, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(copy.GetBuffer().AsSpan(0, (int)copy.Length)));
        copy.Position = 0;
        var session = workspace.OpenSession();
        var options = new ImportOptions(request.FileName, request.CreatePeople, request.CreateGroups, UnlikeAccepted: request.UnlikeAccepted);
        var plan = await ReadAsync(session, copy, table => ImportMap.Parse(request.Map ?? "", table, AssetColumns.Fields, book), options, cancellationToken);
        if (!plan.Succeeded)
            return Result<AssetImportOutcome>.Failed(plan.Errors);
        var outcome = new AssetImportOutcome(plan.Value.New, plan.Value.Changed, plan.Value.Same, plan.Value.Problems, plan.Value.UnknownPeople, plan.Value.UnknownGroups, plan.Value.Leftover);
        if (request.DryRun || plan.Value.Problems.Count > 0)
            return outcome;
        var run = await RunAsync(session, plan.Value, options, hash, cancellationToken);
        return run.Succeeded ? outcome with { Written = true } : Result<AssetImportOutcome>.Failed(run.Errors);
    }

    private static string? Made(string? id, Dictionary<string, string> made) => id?.StartsWith(Pending, StringComparison.Ordinal) == true ? made[id[Pending.Length..]] : id;

    private static string HeaderOf(Table table, string letter) => table.Columns.FirstOrDefault(c => c.Letter == letter)?.Header ?? letter;

    [GeneratedRegex(@"\A(?<name>.+?)\s*\((?<role>[^()]+)\)\z")]
    private static partial Regex NameAndRole();

    /// <summary>What is there already, by the names that files use.</summary>
    private sealed record Known(Dictionary<string, PersonSummary> People, Dictionary<string, AssetGroup> Groups, Dictionary<string, Asset> ByReference, Dictionary<string, Asset> ByKey, ILookup<string, Asset> ByName, Dictionary<string, string> Names)
    {
        public static async Task<Known> LoadAsync(IDocumentSession session, IPeople people, CancellationToken cancellationToken)
        {
            var everybody = await people.AllAsync(withLeavers: true, cancellationToken);
            Dictionary<string, AssetGroup> groups = new(StringComparer.OrdinalIgnoreCase);
            Dictionary<string, string> names = everybody.ToDictionary(p => p.Id, p => p.Name);
            await foreach (var group in session.StreamAsync<AssetGroup>(Query.All, cancellationToken))
            {
                groups.TryAdd(group.Reference, group);
                groups[group.Name] = group;
                names[group.Id] = group.Name;
            }

            List<Asset> assets = [];
            await foreach (var asset in session.StreamAsync<Asset>(Query.All, cancellationToken))
                assets.Add(asset);
            return new(
                everybody.DistinctBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase),
                groups,
                assets.ToDictionary(a => a.Reference, StringComparer.OrdinalIgnoreCase),
                assets.Where(a => a.SourceKey is not null).ToDictionary(a => a.SourceKey!, StringComparer.Ordinal),
                assets.Where(a => a.State != AssetState.Retired).ToLookup(a => a.Name, StringComparer.OrdinalIgnoreCase),
                names);
        }
    }
}
