using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Soa;

/// <summary>One line of the live statement: a control, what was decided about it, and how many records stand behind it.</summary>
internal sealed record SoaLine(ControlRef Control, string Title, string Domain, string? Objective, SoaRow Row, bool Confirmed)
{
    public bool IsOwn => Control.Catalogue == ControlRef.Own;

    /// <summary>Name of the sector guide that the control comes from, or null.</summary>
    public string? Guide { get; init; }

    public long Risks { get; init; }

    public long Tasks { get; init; }

    public long InPlace { get; init; }

    public long Evidenced { get; init; }

    public long Implementations { get; init; }

    /// <summary>Differs from what the last issued revision says.</summary>
    public bool Changed { get; set; }
}

/// <summary>Figures of a statement, such as 114 = 112 included (71 in place, 24 partly, 17 planned) + 2 excluded.</summary>
internal sealed record SoaCounts(int Total, int InPlace, int Partly, int Planned, int Excluded, int Undecided, int Own)
{
    public int Included => InPlace + Partly + Planned;

    public static SoaCounts Of(IEnumerable<SoaLine> lines)
    {
        var all = lines.ToList();
        var rows = all.Where(l => !l.IsOwn).Select(l => l.Row).ToList();
        int With(SoaStatus status) => rows.Count(r => r.Decision == SoaDecision.Included && r.Status == status);
        return new(rows.Count, With(SoaStatus.InPlace), With(SoaStatus.Partly), With(SoaStatus.Planned), rows.Count(r => r.Decision == SoaDecision.Excluded), rows.Count(r => r.Decision is null), all.Count(l => l.IsOwn && l.Row.Decision == SoaDecision.Included));
    }
}

/// <summary>A point to look at (domain.md rule 8). <see cref="Controls"/> are shown as links, the first few of them.</summary>
internal sealed record SoaPoint(string Key, string Tone, IReadOnlyList<ControlRef> Controls, params string[] Arguments);

/// <summary>The live statement: every control of the workspace's catalogue, then own controls.</summary>
internal sealed class SoaBoard
{
    public required Catalogue Catalogue { get; init; }

    public required IReadOnlyList<SoaLine> Lines { get; init; }

    public required SoaCounts Counts { get; init; }

    public required IReadOnlyList<SoaPoint> Points { get; init; }

    public required SoaRevision? Issued { get; init; }

    public required SoaRevision? Waiting { get; init; }

    /// <summary>The last submission, if it was sent back or refused and nothing was submitted since.</summary>
    public required Submission? CameBack { get; init; }

    public required Exercise? Exercise { get; init; }

    /// <summary>Catalogue of another edition in which most rows were decided, or null.</summary>
    public required string? Earlier { get; init; }

    /// <summary>Controls that risk treatments chose and the statement does not include for risk.</summary>
    public required IReadOnlyList<SoaLine> Proposed { get; init; }

    /// <summary>Whether anything was added, changed or taken away since the issued revision.</summary>
    public required bool NewerThanIssued { get; init; }
}

/// <summary>Reads the live statement. A catalogue has some hundred rows, so it is read as a whole; what grows with the workspace is only counted.</summary>
internal sealed class SoaRepository(ControlDirectory controls, WorkspaceCatalogues catalogues, RevisionContent frozen, WorkspaceContext ws, IWords words)
{
    /// <summary>The live statement; null when no active plugin has the workspace's catalogue, or it is for reading only.</summary>
    public async Task<SoaBoard?> ReadAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        if (controls.Catalogue is not { Kind: CatalogueKind.Controls } catalogue)
            return null;
        var rows = new Dictionary<string, SoaRow>(StringComparer.Ordinal);
        await foreach (var row in session.StreamAsync<SoaRow>(Query.All.WhereIn("catalogue", [catalogue.Id, .. catalogues.Extensions.Select(c => c.Id), ControlRef.Own]), cancellationToken))
            rows[row.ControlKey] = row;
        var exercise = await CurrentExercise.FindAsync(session, cancellationToken);
        var risks = exercise is null ? [] : await CountAsync(session.GroupAsync<Risk>(Query.All.Where("exercise", exercise.Id).WhereNot("state", RiskState.Dismissed), "controls"));
        var tasks = await CountAsync(session.GroupAsync<PlanTask>(Query.All.WhereNot("state", PlanTaskState.Cancelled), "controls"));
        var implementations = await CountAsync(session.GroupAsync<ControlImplementation>(Query.All.WhereNot("state", ImplementationState.Withdrawn), "control"));
        var inPlace = await CountAsync(session.GroupAsync<ControlImplementation>(Query.All.Where("state", ImplementationState.InPlace), "control"));
        var evidenced = await CountAsync(session.GroupAsync<ControlImplementation>(Query.All.Where("evidence", true), "control"));

        SoaLine Line(ControlRef control, string title, string domain, string? objective, bool confirmed, string? guide = null) => new(control, title, domain, objective, rows.GetValueOrDefault(control.Key) ?? SoaRow.For(control), confirmed)
        {
            Guide = guide,
            Risks = risks.GetValueOrDefault(control.Key),
            Tasks = tasks.GetValueOrDefault(control.Key),
            Implementations = implementations.GetValueOrDefault(control.Key),
            InPlace = inPlace.GetValueOrDefault(control.Key),
            Evidenced = evidenced.GetValueOrDefault(control.Key),
        };

        var items = catalogue.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        List<SoaLine> lines = [];
        foreach (var item in catalogue.Items.Where(ControlDirectory.IsControl))
        {
            var above = Above(items, item).ToList();
            lines.Add(Line(new(catalogue.Id, item.Id), item.TitleIn(words.Language), above.Count > 0 ? Words(above[^1]) : "", above.Count > 1 ? Words(above[0]) : null, item.Confirmed));
        }

        foreach (var guide in catalogues.Extensions)
            lines.AddRange(Guided(guide));
        lines.AddRange((await controls.OwnAsync(cancellationToken)).Select(o => Line(new(ControlRef.Own, o.Reference), o.Title, "", null, true)));

        var issued = await FirstAsync(session, catalogue.Id, RevisionState.Issued, cancellationToken);
        var before = issued is null ? [] : (await frozen.RowsAsync(issued, cancellationToken)).ToDictionary(r => r.ControlKey, StringComparer.Ordinal);
        if (issued is not null)
        {
            foreach (var line in lines.Where(l => !l.IsOwn || l.Row.Decision is not null))
                line.Changed = !before.TryGetValue(line.Control.Key, out var was) || !SoaSubject.SaysTheSame(line.Row, was);
        }

        return new()
        {
            Catalogue = catalogue,
            Lines = lines,
            Counts = SoaCounts.Of(lines),
            Issued = issued,
            NewerThanIssued = lines.Exists(l => l.Changed) || before.Keys.Except(lines.Select(l => l.Control.Key)).Any(),
            Waiting = await FirstAsync(session, catalogue.Id, RevisionState.Submitted, cancellationToken),
            CameBack = await ApprovalDesk.CameBackAsync(session, SoaSubject.TheKind, catalogue.Id, cancellationToken),
            Exercise = exercise,
            Earlier = (await session.GroupAsync<SoaRow>(Query.All.WhereAny("decision"), "catalogue")).Where(g => g.Values[0] is string key && key != catalogue.Id && catalogues.Find(key) is { Kind: CatalogueKind.Controls }).OrderByDescending(g => g.Count).Select(g => (string)g.Values[0]!).FirstOrDefault(),
            Proposed = [.. lines.Where(l => l.Risks > 0 && l.Row.Decision != SoaDecision.Excluded && !l.Row.Reasons.Exists(r => r.Kind == SoaReasonKind.Risk))],
            Points = await PointsAsync(session, lines, issued, exercise, cancellationToken),
        };

        // A guide's rows stand under its own name; the heading below says where in the base edition or in the guide they belong.
        IEnumerable<SoaLine> Guided(Catalogue guide)
        {
            var own = guide.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
            foreach (var item in guide.Items.Where(ControlDirectory.IsControl))
            {
                var heading = item.Parent is null ? null : own.GetValueOrDefault(item.Parent) ?? items.GetValueOrDefault(item.Parent);
                yield return Line(new(guide.Id, item.Id), item.TitleIn(words.Language), guide.Name, heading is null ? null : Words(heading), item.Confirmed, guide.Name);
            }
        }

        string Words(CatalogueItem item) => $"{item.Id} {item.TitleIn(words.Language)}";
    }

    /// <summary>Nearest first.</summary>
    private static IEnumerable<CatalogueItem> Above(Dictionary<string, CatalogueItem> items, CatalogueItem item)
    {
        for (var at = item.Parent; at is not null && items.TryGetValue(at, out var parent); at = parent.Parent)
            yield return parent;
    }

    private async Task<List<SoaPoint>> PointsAsync(IDocumentSession session, List<SoaLine> lines, SoaRevision? issued, Exercise? exercise, CancellationToken cancellationToken)
    {
        List<SoaPoint> points = [];
        if (issued?.HasEnded(ws.Today) == true)
            points.Add(new("soa.point.ended", "danger", [], issued.Reference, words.Date(issued.HoldsUntil)));
        void Point(string key, string tone, Func<SoaLine, bool> of)
        {
            ControlRef[] found = [.. lines.Where(of).Select(l => l.Control)];
            if (found.Length > 0)
                points.Add(new(key, tone, found, [found.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)]));
        }

        bool Included(SoaLine l) => l.Row.Decision == SoaDecision.Included;
        bool Excluded(SoaLine l) => l.Row.Decision == SoaDecision.Excluded;
        // An own control counts as well: a risk that names a control which is excluded contradicts the statement.
        Point("soa.point.riskwithout", "warning", l => Included(l) && l.Risks == 0 && l.Row.Reasons.Exists(r => r.Kind == SoaReasonKind.Risk));
        Point("soa.point.excludedrisk", "danger", l => Excluded(l) && l.Risks > 0);
        Point("soa.point.excludedtask", "danger", l => Excluded(l) && l.Tasks > 0);
        Point("soa.point.noevidence", "warning", l => Included(l) && l.Row.Status == SoaStatus.InPlace && l.Evidenced == 0);
        Point("soa.point.plannednotask", "warning", l => Included(l) && l.Row.Status == SoaStatus.Planned && l.Tasks == 0 && l.Implementations == 0);

        if (exercise is not null)
        {
            var bare = await session.CountAsync<Risk>(Query.All.Where("exercise", exercise.Id).Where("option", TreatmentOption.Modify).Where("controls", null), cancellationToken);
            if (bare > 0)
                points.Add(new("soa.point.modifywithout", "warning", [], bare.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        // An exclusion was confirmed on a day; an asset that came into scope later may contradict it.
        foreach (var line in lines.Where(l => Excluded(l) && l.Row.ConfirmedOn is not null))
        {
            var newer = await session.CountAsync<Asset>(Query.All.Where("scope", true).WhereNot("state", AssetState.Retired).WhereBetween("added", line.Row.ConfirmedOn!.Value.AddDays(1), null), cancellationToken);
            if (newer > 0)
                points.Add(new("soa.point.newerassets", "info", [line.Control], line.Control.Id, newer.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (issued is not null && lines.Exists(l => l.Changed))
            points.Add(new("soa.point.newerdraft", "info", [.. lines.Where(l => l.Changed).Select(l => l.Control)], issued.Reference));
        return points;
    }

    private static async Task<SoaRevision?> FirstAsync(IDocumentSession session, string catalogue, RevisionState state, CancellationToken cancellationToken) =>
        (await session.QueryAsync<SoaRevision>(Query.All.Where("state", state).Where("catalogue", catalogue).OrderBy("-number").Take(1), cancellationToken)).Items is [var found] ? found : null;

    private static async Task<Dictionary<string, long>> CountAsync(Task<IReadOnlyList<FieldGroup>> groups) =>
        (await groups).Where(g => g.Values[0] is string).ToDictionary(g => (string)g.Values[0]!, g => g.Count, StringComparer.Ordinal);
}
