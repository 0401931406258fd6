using System.Runtime.CompilerServices;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Risks.Reports;

/// <summary>The asset inventory (guideline 6.1; Annex A 2013 A.8.1.1, 2022 A.5.9): groups, records with every field, valuation and gaps.</summary>
internal sealed class AssetInventoryReport(WorkspaceContext ws, IWords words, IPeople people, ReportKit kit) : IReport
{
    public string Name => "asset-inventory";

    public string Title => "report.assets";

    public string Icon => "box";

    public string? Chapter => "6.1";

    public Area Area => Area.Assets;

    public async Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        var query = request.Query ?? Query.All.WhereNot("state", AssetState.Retired).OrderBy("ref");
        var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
        var groups = (await session.QueryAsync<AssetGroup>(Query.All.OrderBy("ref").Take(1000), cancellationToken)).Items;
        var scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();

        var units = new Dictionary<string, (int Records, long Units)>();
        var (records, allUnits, incomplete) = (0, 0L, 0);
        await foreach (var asset in session.StreamAsync<Asset>(query, cancellationToken))
        {
            records++;
            allUnits += asset.Units;
            incomplete += asset.Gaps().Any() ? 1 : 0;
            var (r, u) = units.GetValueOrDefault(asset.GroupId ?? "");
            units[asset.GroupId ?? ""] = (r + 1, u + asset.Units);
        }

        return kit.Document(words[Title], ws.Workspace.Name, head,
        [
            kit.Heading("summary"),
            new ReportFields(
            [
                kit.Field("records", words.Number(records)),
                kit.Field("units", words.Number(allUnits)),
                kit.Field("groups", words.Number(groups.Count(g => !g.Retired))),
                kit.Field("incomplete", words.Number(incomplete)),
            ]),
            kit.Heading("groups"),
            new ReportTable
            {
                Name = words["report.head.groups"],
                Columns = [kit.Column("ref", 0.8), kit.Column("group", 2.5), kit.Column("type"), kit.Column("owner", 2), kit.Column("records", 0.8), kit.Column("units", 0.8), kit.Column("c", 0.5), kit.Column("i", 0.5), kit.Column("a", 0.5), kit.Column("criteria", 3, detail: true), kit.Column("valuereasons", 3, detail: true)],
                Rows = groups.Where(g => !g.Retired).Select(g => (IReadOnlyList<ReportCell>)
                [
                    ReportCell.Of(g.Reference), ReportCell.Of(g.Name), ReportCell.Of(words.Of(g.Type)), ReportCell.Of(Person(names, g.OwnerId)),
                    ReportCell.Of(units.GetValueOrDefault(g.Id).Records), ReportCell.Of(units.GetValueOrDefault(g.Id).Units),
                    ReportCell.Of(g.Valuation?.C?.Tier), ReportCell.Of(g.Valuation?.I?.Tier), ReportCell.Of(g.Valuation?.A?.Tier), ReportCell.Of(g.Criteria), ReportCell.Of(Reasons(g.Valuation)),
                ]),
            },
            kit.Heading("assets"),
            new ReportTable
            {
                Name = words["report.head.assets"],
                Columns =
                [
                    kit.Column("ref", 0.9), kit.Column("asset", 2.5), kit.Column("type"), kit.Column("kind", 0.9), kit.Column("group", 1.6), kit.Column("units", 0.6), kit.Column("owner", 1.6), kit.Column("custodian", 1.6),
                    kit.Column("c", 0.4), kit.Column("i", 0.4), kit.Column("a", 0.4), kit.Column("classification", 1.1), kit.Column("state", 0.9),
                    kit.Column("description", 3, true), kit.Column("supports", 2, true), kit.Column("users", 2, true), kit.Column("site", 1.2, true), kit.Column("place", 1.2, true), kit.Column("personal", 1, true),
                    kit.Column("inscope", 0.8, true), kit.Column("scopereason", 2, true), kit.Column("supplier", 1.5, true), kit.Column("contract", 1.5, true),
                    kit.Column("identifier", 1.2, true), kit.Column("identifiermissing", 2, true), kit.Column("identifiernext", 1, true),
                    kit.Column("source", 1.2, true), kit.Column("sourcekey", 1.2, true), kit.Column("sourcerow", 0.7, true), kit.Column("sourcedate", 1, true), kit.Column("confirmedby", 1.4, true), kit.Column("confirmedon", 1, true),
                    kit.Column("valuebasis", 1, true), kit.Column("valuereasons", 3, true), kit.Column("valuedon", 1, true), kit.Column("participants", 2, true), kit.Column("scaleversion", 0.7, true), kit.Column("gaps", 1.6, true),
                ],
                Rows = RowsAsync(session, query, groups.ToDictionary(g => g.Id, g => g.Reference + " " + g.Name), names, cancellationToken).ToBlockingEnumerable(cancellationToken),
            },
            kit.Heading("valuescale"),
            new ReportParagraph(words["report.assets.scale", scale.Number]),
            new ReportTable
            {
                Name = words["report.head.valuescale"],
                Columns = [kit.Column("tier", 0.6), kit.Column("word", 1.5), kit.Column("meaning", 6)],
                Rows = scale.Tiers.Select((t, i) => (IReadOnlyList<ReportCell>)
                [
                    ReportCell.Of(i + 1), ReportCell.Of(words.Language == "ms" ? t.LabelMs ?? t.Label : t.Label), ReportCell.Of(words.Language == "ms" ? t.AnchorMs ?? t.Anchor : t.Anchor),
                ]),
            },
        ]);
    }

    private async IAsyncEnumerable<IReadOnlyList<ReportCell>> RowsAsync(IDocumentSession session, Query query, Dictionary<string, string> groups, Dictionary<string, string> names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var supported = new Dictionary<string, string>();
        await foreach (var a in session.StreamAsync<Asset>(query, cancellationToken))
        {
            var unknown = a.SupportsIds.Where(id => !supported.ContainsKey(id)).ToList();
            if (unknown.Count > 0)
                foreach (var (id, found) in await session.FindManyAsync<Asset>(unknown, cancellationToken))
                    supported[id] = found.Reference + " " + found.Name;
            var value = a.Valuation;
            yield return
            [
                ReportCell.Of(a.Reference), ReportCell.Of(a.Name), ReportCell.Of(words.Of(a.Type)), ReportCell.Of(words.Of(a.Kind)), ReportCell.Of(groups.GetValueOrDefault(a.GroupId ?? "")), ReportCell.Of(a.Units),
                ReportCell.Of(Person(names, a.OwnerId)), ReportCell.Of(Person(names, a.CustodianId)),
                ReportCell.Of(value?.C?.Tier), ReportCell.Of(value?.I?.Tier), ReportCell.Of(value?.A?.Tier), ReportCell.Of(a.Classification is { } c ? words.Of(c) : null), ReportCell.Of(words.Of(a.State)),
                ReportCell.Of(a.Description), ReportCell.Of(string.Join("; ", a.SupportsIds.Select(id => supported.GetValueOrDefault(id, id)))), ReportCell.Of(a.Users), ReportCell.Of(a.Site), ReportCell.Of(a.Place), ReportCell.Of(a.PersonalData),
                ReportCell.Of(a.InScope), ReportCell.Of(a.ScopeReason), ReportCell.Of(a.Supplier), ReportCell.Of(a.Contract),
                ReportCell.Of(a.Identifier), ReportCell.Of(a.IdentifierMissingBecause), ReportCell.Of(a.IdentifierNextChance),
                ReportCell.Of(a.SourceSystem), ReportCell.Of(a.SourceKey), ReportCell.Of(a.SourceRow), ReportCell.Of(a.SourceDate), ReportCell.Of(Person(names, a.LastConfirmedById)), ReportCell.Of(a.LastConfirmedOn),
                ReportCell.Of(value is null ? null : words.Of(value.Basis)), ReportCell.Of(Reasons(value)), ReportCell.Of(value?.On), ReportCell.Of(value is null ? null : string.Join("; ", value.Participants.Select(p => p.Name == p.Role ? p.Name : $"{p.Name} ({p.Role})"))),
                ReportCell.Of(value?.ScaleVersion), ReportCell.Of(string.Join(", ", a.Gaps().Select(g => words["report.gap." + g]))),
            ];
        }
    }

    private static string? Person(Dictionary<string, string> names, string? id) => id is null ? null : names.GetValueOrDefault(id, "?");

    private string? Reasons(Valuation? value) => value is null ? null : string.Join("; ", new[] { ("c", value.C), ("i", value.I), ("a", value.A) }.Where(v => v.Item2?.Reason is not null).Select(v => $"{words["report.col." + v.Item1]}: {v.Item2!.Reason}"));
}
