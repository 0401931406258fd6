using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Methodologies;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>What becomes of a row when a catalogue is brought in again.</summary>
public enum RowChange
{
    /// <summary>New.</summary>
    Added,

    /// <summary>Title, place, kind or guidance differs.</summary>
    Changed,

    /// <summary>No longer in the file, and nothing names it.</summary>
    Removed,

    /// <summary>No longer in the file, but kept because records name it.</summary>
    Kept,
}

/// <summary>One thing that an import would store.</summary>
/// <param name="Kind">Kind of the catalogue; null for a mapping or a methodology.</param>
/// <param name="What"><c>catalogue</c>, <c>mapping</c> or <c>methodology</c>.</param>
/// <param name="Key">Key under which records will name it.</param>
/// <param name="Existing">What it replaces, or null.</param>
/// <param name="Rows">Rows, pairs or tiers.</param>
/// <param name="Changes">What differs from what is there.</param>
internal sealed record ImportPart(string What, CatalogueKind? Kind, string Key, string Name, ImportedCatalogue? Existing, int Rows, IReadOnlyList<(RowChange Change, string Id, string Title)> Changes, object Content, string Identity)
{
    public int Count(RowChange change) => Changes.Count(c => c.Change == change);

    public Catalogue? Catalogue => Content as Catalogue;
}

/// <summary>What an import would do; nothing is stored yet.</summary>
/// <param name="Table">The table when columns are mapped.</param>
internal sealed record ImportPlan(ForeignKind Kind, IReadOnlyList<ImportPart> Parts, IReadOnlyList<ImportProblem> Problems, IReadOnlyList<ImportProblem> Notes, Table? Table, ImportMap? Map)
{
    public bool MayRun => Problems.Count == 0 && Parts.Count > 0;
}

/// <summary>Brings catalogues, mappings and matrices in from foreign files. A file is read as a whole within bounds; every bad place is named, and all is stored or nothing.</summary>
internal sealed class CatalogueImport(WorkspaceContext ws, WorkspaceCatalogues catalogues, CatalogueUse uses, IPluginCatalog plugins, IStoreDirectory stores, WordBook book) : ICatalogueImport
{
    private const long LargestContent = 64L * 1024 * 1024;

    public async Task<Result<ImportPlan>> ReadAsync(IDocumentSession session, Stream content, string name, ImportChoices choices, Func<Table, Result<ImportMap>>? mapping, CancellationToken cancellationToken)
    {
        if (await BytesAsync(content, cancellationToken) is not { } bytes)
            return Error.Invalid("import.file.toobig", "File", (ImportLimits.FileBytes / 1024 / 1024).ToString(CultureInfo.InvariantCulture));
        var read = ForeignFile.Read(bytes, name);
        if (!read.Succeeded)
            return read.Errors.ToList();
        var draft = new Draft { Find = catalogues.Find };
        var fallback = Path.GetFileNameWithoutExtension(name) is { Length: > 0 } stem ? stem : "import";
        var (table, map) = ((Table?)null, (ImportMap?)null);
        switch (read.Value.Kind)
        {
            case ForeignKind.Table:
                using (var stream = new MemoryStream(bytes))
                {
                    var rows = await TableReader.ReadAsync(stream, ImportMap.Headers(Tables.Fields, book), name, cancellationToken);
                    if (!rows.Succeeded)
                        return rows.Errors.Select(e => e with { Field = "File" }).ToList();
                    table = rows.Value;
                }

                var columns = mapping is null ? ImportMap.Guess(table, Tables.Fields, book) : mapping(table);
                if (!columns.Succeeded)
                    return columns.Errors.ToList();
                map = columns.Value;
                foreach (var error in map.Problems(Tables.Fields, table, f => book.Find("en", f.Title) ?? f.Key))
                    draft.Problem("", error.Message, error.Arguments);
                if (draft.Problems.Count == 0)
                    Tables.Read(draft, table, map, choices, fallback);
                break;
            case ForeignKind.Catalogue:
                OwnFiles.ReadCatalogue(draft, (JsonObject)read.Value.Root!, choices, fallback);
                break;
            case ForeignKind.Mapping:
                OwnFiles.ReadMapping(draft, (JsonObject)read.Value.Root!, choices, fallback);
                break;
            case ForeignKind.OscalCatalog:
                Oscal.ReadCatalog(draft, read.Value.Root.Part("catalog")!, choices, fallback);
                break;
            case ForeignKind.OscalProfile:
                var files = catalogues.Imported.ToDictionary(i => i.Key, i => i.File, StringComparer.Ordinal);
                Oscal.ReadProfile(draft, read.Value.Root.Part("profile")!, choices, fallback, [.. catalogues.All.Where(c => c.Kind is CatalogueKind.Controls or CatalogueKind.SectorGuide).Select(c => (c, files.GetValueOrDefault(c.Id)))]);
                break;
            case ForeignKind.CisoLibrary:
                Ciso.Read(draft, (JsonObject)read.Value.Root!, choices, fallback, plugins, urn => catalogues.Find(catalogues.Imported.FirstOrDefault(i => i.Identity == urn)?.Key), [.. catalogues.All]);
                break;
            case ForeignKind.MispTaxonomy:
                Misp.ReadTaxonomy(draft, (JsonObject)read.Value.Root!, choices, fallback);
                break;
            case ForeignKind.MispGalaxy:
                Misp.ReadGalaxy(draft, (JsonObject)read.Value.Root!, choices, fallback);
                break;
            default:
                Monarc.Read(draft, read.Value.Root!, choices, fallback);
                break;
        }

        List<ImportPart> parts = [];
        HashSet<string> taken = new(catalogues.Imported.Select(i => i.Key), StringComparer.Ordinal);
        foreach (var one in draft.Catalogues)
            parts.Add(await PlanAsync(session, draft, one, taken));
        foreach (var one in draft.Mappings)
        {
            var (key, existing) = KeyOf(one.Identity, "map-" + one.Name, taken);
            parts.Add(new("mapping", null, key, one.Name, existing, one.Mapping.Rows.Count, [], one.Mapping, one.Identity));
        }

        foreach (var one in draft.Methodologies)
            parts.Add(new("methodology", null, one.Text("id")!, one.Text("name")!, null, 0, [], one, one.Text("id")!));
        return new ImportPlan(read.Value.Kind, parts, draft.Problems, draft.Notes, table, map);
    }

    public async Task<Result<Done>> RunAsync(IDocumentSession session, ImportPlan plan, string name, CancellationToken cancellationToken)
    {
        if (!plan.MayRun)
            return Error.Invalid("catalogues.import.error.refused", "File", plan.Problems.Count.ToString(CultureInfo.InvariantCulture));
        HashSet<string> methodologies = [];
        foreach (var part in plan.Parts)
        {
            if (part.Content is JsonObject declaration)
            {
                await Copies.AddAsync(session, ws, new() { Key = declaration.Text("id")!, Draft = declaration, From = name }, methodologies, cancellationToken);
                continue;
            }

            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(part.Content, part.Content.GetType(), CatalogueShelf.Json));
            var sha = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(content, LargestContent, cancellationToken);
            var record = part.Existing is null ? new ImportedCatalogue { Key = part.Key, Name = part.Name, Content = sha } : await session.FindAsync<ImportedCatalogue>(part.Existing.Id, cancellationToken);
            if (record is null)
                return Error.Conflict();
            (record.Name, record.Kind, record.Edition, record.Content, record.Rows, record.File, record.Format, record.Identity) = (part.Name, part.Kind, part.Catalogue?.Edition, sha, part.Rows, name, (string?)FieldValue.Normalise(plan.Kind), part.Identity);
            if (part.Existing is null)
                session.Add(record, "catalogue.import", name);
            else
                session.Update(record, part.Existing.Version, "catalogue.update", name);
        }

        var saved = await session.SaveAsync(cancellationToken);
        catalogues.Refresh();
        return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
    }

    async Task<Result<CatalogueImportOutcome>> ICatalogueImport.ImportAsync(Stream content, CatalogueImportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var choices = new ImportChoices { Kind = request.Kind, Name = request.Name, Extends = request.Extends, From = request.From, To = request.To };
        var read = await ReadAsync(session, content, request.FileName, choices, request.Map is null ? null : table => ImportMap.Parse(request.Map, table, Tables.Fields, book), cancellationToken);
        if (!read.Succeeded)
            return read.Errors.ToList();
        var plan = read.Value;
        var written = false;
        if (!request.DryRun && plan.MayRun)
        {
            var run = await RunAsync(session, plan, request.FileName, cancellationToken);
            if (!run.Succeeded)
                return run.Errors.ToList();
            written = true;
        }

        return new CatalogueImportOutcome(written, (string)FieldValue.Normalise(plan.Kind)!,
            [.. plan.Parts.Select(p => new CatalogueImportPart(p.What, p.Key, p.Name, p.Rows, p.Catalogue?.Items.GroupBy(i => i.Kind).ToDictionary(g => g.Key, g => g.Count()) ?? [], p.Existing is not null, p.Count(RowChange.Added), p.Count(RowChange.Changed), p.Count(RowChange.Removed), p.Count(RowChange.Kept)))],
            [.. plan.Problems.Select(p => new CatalogueImportProblem(p.Place, p.Message, p.Arguments))], [.. plan.Notes.Select(p => new CatalogueImportProblem(p.Place, p.Message, p.Arguments))]);
    }

    private async Task<ImportPart> PlanAsync(IDocumentSession session, Draft draft, CatalogueDraft one, HashSet<string> taken)
    {
        var (key, existing) = KeyOf(one.Identity, one.Catalogue.Name, taken);
        var items = one.Catalogue.Items;
        List<(RowChange, string, string)> changes = [];
        var kind = one.Catalogue.Kind;
        if (existing is not null && catalogues.Find(key) is { } old)
        {
            var used = await uses.RowsAsync(session, key);
            if (old.Kind != kind && (used.Count > 0 || key == ws.Workspace.Catalogue || catalogues.Choice.Extensions.Contains(key)))
                draft.Problem("kind", "catalogues.import.error.kindinuse", existing.Name);
            var before = old.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
            var now = items.ToDictionary(i => i.Id, StringComparer.Ordinal);
            foreach (var item in items)
            {
                if (!before.TryGetValue(item.Id, out var was))
                    changes.Add((RowChange.Added, item.Id, item.Title));
                else if (was.Title != item.Title || was.Kind != item.Kind || was.Parent != item.Parent || was.Guidance != item.Guidance || was.Attributes.ContainsKey(Withdrawn))
                    changes.Add((RowChange.Changed, item.Id, item.Title));
                if (was is not null && used.Contains(item.Id) && was.Kind != item.Kind)
                    draft.Problem(item.Id, "catalogues.import.error.kindofused", item.Id, was.Kind, item.Kind);
            }

            // What records name stays, with the headings above it, and says that it left the file.
            HashSet<string> kept = new(StringComparer.Ordinal);
            foreach (var id in old.Items.Select(i => i.Id).Where(id => used.Contains(id) && !now.ContainsKey(id)))
            {
                for (var at = id; at is not null && !now.ContainsKey(at) && before.TryGetValue(at, out var row) && kept.Add(at);)
                    at = row.Parent!;
            }

            foreach (var row in old.Items.Where(i => !now.ContainsKey(i.Id)))
                changes.Add((kept.Contains(row.Id) ? RowChange.Kept : RowChange.Removed, row.Id, row.Title));
            if (kept.Count > 0)
                items = [.. items, .. old.Items.Where(i => kept.Contains(i.Id)).Select(Withdraw)];
        }
        else
        {
            changes.AddRange(items.Select(i => (RowChange.Added, i.Id, i.Title)));
        }

        var catalogue = new Catalogue { Id = key, Name = one.Catalogue.Name, Edition = one.Catalogue.Edition, Kind = kind, Extends = one.Catalogue.Extends, Source = one.Catalogue.Source, Attribution = one.Catalogue.Attribution, Items = items };
        return new("catalogue", kind, key, catalogue.Name, existing, items.Count, changes, catalogue, one.Identity);
    }

    /// <summary>Attribute of a row that left the file and is kept because records name it.</summary>
    public const string Withdrawn = "withdrawn";

    private static CatalogueItem Withdraw(CatalogueItem item) => new()
    {
        Id = item.Id,
        Parent = item.Parent,
        Kind = item.Kind,
        Title = item.Title,
        Titles = item.Titles,
        Guidance = item.Guidance,
        Guidances = item.Guidances,
        Confirmed = item.Confirmed,
        Attributes = new Dictionary<string, IReadOnlyList<string>>(item.Attributes, StringComparer.Ordinal) { [Withdrawn] = ["yes"] },
    };

    private (string Key, ImportedCatalogue? Existing) KeyOf(string identity, string name, HashSet<string> taken)
    {
        if (catalogues.Imported.FirstOrDefault(i => i.Identity == identity) is { } existing)
            return (existing.Key, existing);
        var stem = ImportedCatalogue.Prefix + Drafts.Slug(name);
        var key = stem;
        for (var n = 2; !taken.Add(key); n++)
            key = FormattableString.Invariant($"{stem}-{n}");
        return (key, null);
    }

    private static async Task<byte[]?> BytesAsync(Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (copy.Length + read > ImportLimits.FileBytes)
                return null;
            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }
}
