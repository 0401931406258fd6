using System.Runtime.CompilerServices;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Reports;

/// <summary>The ranked risk register of an exercise (guideline 6.2, 6.3; clauses 6.1.2, 8.2): method with its scales and criteria, heat map, every risk with its rating, treatment and residual.</summary>
internal sealed class RiskRegisterReport(WorkspaceContext ws, IWords words, IPeople people, ReportKit kit, Methods methods, HeatMaps heatMaps, ThreatDirectory threats, ControlDirectory controls, CoverageMaps coverage, ApprovalDesk desk) : IReport
{
    private const int Slice = 200;

    /// <summary>How many classes of threat have room on a page side by side.</summary>
    private const int MostClasses = 12;

    public string Name => "risk-register";

    public string Title => "report.risks";

    public string Icon => "alert-triangle";

    public string? Chapter => "6.2";

    public Area Area => Area.Risks;

    public async Task<IReadOnlyList<Choice>> SubjectsAsync(CancellationToken cancellationToken) =>
        [.. (await ws.OpenSession().QueryAsync<Exercise>(Query.All.OrderBy("-ref").Take(100), cancellationToken)).Items.Select(e => new Choice(e.Id, $"{e.Reference} {e.Name} ({words.Of(e.State)})"))];

    public async Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        if (await ExerciseAsync(session, request.SubjectId, cancellationToken) is not { } exercise)
            return Error.NotFound("report.error.exercise", "SubjectId");

        var form = methods.Form(exercise);
        var levels = new LevelWords(form, words);
        var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
        var risks = (request.Query ?? Query.All.OrderBy("-rank")).Where("exercise", exercise.Id);
        var method = methods.Of(exercise);
        List<ReportBlock> blocks =
        [
            kit.Heading("exercise"),
            new ReportFields(
            [
                kit.Field("exercise", $"{exercise.Reference} {exercise.Name}"),
                kit.Field("state", words.Of(exercise.State)),
                kit.Field("scopepart", exercise.ScopePart),
                kit.Field("trigger", string.Join(": ", new[] { words.Of(exercise.Trigger), exercise.TriggerNote }.Where(t => !string.IsNullOrEmpty(t)))),
                kit.Field("dates", $"{words.Date(exercise.StartOn)} – {words.Date(exercise.EndOn)}"),
                kit.Field("participants", string.Join("; ", exercise.Participants.Select(p => p.Name == p.Role ? p.Name : $"{p.Name} ({p.Role})"))),
            ]),
            kit.Heading("method"),
            new ReportFields(
            [
                kit.Field("method", method is null ? exercise.MethodologyId : $"{words.Of(method.Info.Name)} ({method.Id} {exercise.MethodologyVersion ?? method.Version})"),
                kit.Field("methodsource", method?.Info.Source),
                kit.Field("methodreason", exercise.MethodReason),
                kit.Field("acceptable", Said(exercise.Criteria.Acceptable, exercise.Criteria.AcceptUpTo, levels)),
                kit.Field("byexception", Said(exercise.Criteria.ByException, exercise.Criteria.ExceptionUpTo, levels)),
                kit.Field("residualatmost", levels.Of(exercise.Criteria.ResidualLevel) ?? Number(exercise.Criteria.ResidualValue)),
                kit.Field("exceptionconditions", string.Join("; ", exercise.Criteria.Conditions)),
                kit.Field("exceptionmonths", words.Number(exercise.Criteria.ExceptionMonths)),
                kit.Field("criterianote", exercise.Criteria.Note),
                kit.Field("scaleversion", words.Number(exercise.ScaleVersion)),
            ]),
        ];
        if (form is not null)
            blocks.AddRange(Scales(form));
        blocks.AddRange([kit.Heading("levels"), await LevelsAsync(session, exercise, levels, cancellationToken)]);
        if (await heatMaps.OfAsync(session, exercise) is { } map)
            blocks.AddRange([kit.Heading("heatmap"), new ReportParagraph(words["report.heatmap.axes", map.Vertical, map.Horizontal]), HeatMap(map)]);
        blocks.AddRange([kit.Heading("register"), Register(session, exercise, form, levels, risks, names, await controls.OwnAsync(cancellationToken), cancellationToken)]);
        blocks.AddRange([kit.Heading("coverage"), new ReportParagraph(words["report.coverage.why"]), Coverage(await coverage.OfAsync(session, exercise, cancellationToken))]);
        var asked = (await session.QueryAsync<Submission>(Query.All.Where("line", Submission.LineOf(CriteriaSubject.TheKind, exercise.Id)).OrderBy("-at").Take(1), cancellationToken)).Items;
        blocks.AddRange(await ApprovalBlocks.OfAsync(kit, words, desk, session, asked.Count > 0 ? asked[0].Id : null, cancellationToken));
        return kit.Document(words[Title], $"{exercise.Reference} {exercise.Name}", head, blocks);
    }

    /// <summary>By id or reference; the newest that has started, else the newest, when none is named.</summary>
    internal static async Task<Exercise?> ExerciseAsync(IDocumentSession session, string? subject, CancellationToken cancellationToken)
    {
        if (subject is not null)
            return await session.FindAsync<Exercise>(subject, cancellationToken) ?? (await session.QueryAsync<Exercise>(Query.All.Where("ref", subject.ToUpperInvariant()).Take(1), cancellationToken)).Items.SingleOrDefault();
        var all = (await session.QueryAsync<Exercise>(Query.All.OrderBy("-ref").Take(100), cancellationToken)).Items;
        return all.FirstOrDefault(e => e.State != ExerciseState.Planned) ?? (all.Count > 0 ? all[0] : null);
    }

    /// <summary>Levels in words, or the greatest number where the method gives no level.</summary>
    private string? Said(List<string> keys, double? upTo, LevelWords levels) => keys.Count > 0 ? string.Join(", ", keys.Select(levels.Of)) : Number(upTo) is { } number ? "≤ " + number : null;

    private string? Number(double? value) => ComparedView.Number(value, words);

    private IEnumerable<ReportBlock> Scales(MethodologyForm form)
    {
        var choices = form.Factors.Where(f => f.Kind == FactorKind.Choice).ToList();
        if (choices.Count == 0)
            yield break;
        yield return kit.Heading("scales", 2);
        yield return new ReportTable
        {
            Name = words["report.head.scales"],
            Columns = [kit.Column("factor", 2), kit.Column("tier", 0.6), kit.Column("word", 2), kit.Column("meaning", 6)],
            Rows = choices.SelectMany(f => f.Tiers.Select((t, i) => (IReadOnlyList<ReportCell>)
            [
                ReportCell.Of(words.Of(f.Name)), t.Value is null ? ReportCell.Of(i + 1) : ReportCell.Of(t.Value), ReportCell.Of(words.Of(t.Label)), ReportCell.Of(t.Anchor is null ? null : words.Of(t.Anchor)),
            ])),
        };
    }

    private async Task<ReportTable> LevelsAsync(IDocumentSession session, Exercise exercise, LevelWords levels, CancellationToken cancellationToken)
    {
        var risks = Query.All.Where("exercise", exercise.Id).WhereNot("state", RiskState.Dismissed);
        async Task<(Dictionary<string, long> Levels, long Numbers, long Unrated)> Count(string field, string number)
        {
            var by = (await session.GroupAsync<Risk>(risks, field)).ToDictionary(g => g.Values[0]?.ToString() ?? "", g => g.Count);
            var numbers = await session.CountAsync<Risk>(risks.WhereAny(number), cancellationToken);
            return (by, numbers, by.GetValueOrDefault("") - numbers);
        }

        var (current, target, achieved) = (await Count("level", "value"), await Count("target", "targetvalue"), await Count("achieved", "achievedvalue"));
        IReadOnlyList<ReportCell> Row(ReportCell name, Func<(Dictionary<string, long> Levels, long Numbers, long Unrated), long> count) => [name, ReportCell.Of(count(current)), ReportCell.Of(count(target)), ReportCell.Of(count(achieved))];
        return new()
        {
            Name = words["report.head.levels"],
            Columns = [kit.Column("level", 2), kit.Column("current"), kit.Column("target"), kit.Column("achieved")],
            Rows =
            [
                .. levels.All.Reverse().Select(l => Row(ReportCell.Of(levels.Of(l.Key), l.Colour), c => c.Levels.GetValueOrDefault(l.Key))),
                .. current.Numbers + target.Numbers + achieved.Numbers > 0 ? [Row(ReportCell.Of(words["dashboard.nolevel"]), c => c.Numbers)] : (IReadOnlyList<ReportCell>[])[],
                Row(ReportCell.Of(words["common.unrated"]), c => c.Unrated),
            ],
        };
    }

    private ReportHeatMap HeatMap(HeatMapModel map) => new()
    {
        Title = words["report.head.heatmap"],
        Vertical = map.Vertical,
        Horizontal = map.Horizontal,
        Rows = map.Rows,
        Columns = map.Columns,
        Cells = [.. Enumerable.Range(0, map.Rows.Count).Select(y => (IReadOnlyList<ReportCell>)
            [.. Enumerable.Range(0, map.Columns.Count).Select(x => ReportCell.Of(map.At(y, x) is { Count: > 0 } cell ? words.Number(cell.Count) : "", map.At(y, x).Colour))])],
    };

    private ReportTable Coverage(CoverageModel matrix) => new()
    {
        Name = words["report.head.coverage"],
        Columns = [kit.Column("group", 2.2), .. matrix.Classes.Select(c => new ReportColumn(c.Text, 1.2) { IsDetail = matrix.Classes.Count > MostClasses })],
        Rows = matrix.Groups.Select(g => (IReadOnlyList<ReportCell>)
        [
            ReportCell.Of($"{g.Reference} {g.Name}"),
            .. matrix.Classes.Select(c => matrix.At(g, c)).Select(cell => ReportCell.Of(
                string.Join(": ", new[] { cell.Risks > 0 ? words["coverage.risks", cell.Risks] : words.Of(cell.State), cell.Decision?.Reason }.Where(t => !string.IsNullOrEmpty(t))),
                cell.State switch { CellState.Considered => "#d8f0dd", CellState.Dismissed => "#e6e9ee", _ => "#fdebcf" })),
        ]),
    };

    private ReportTable Register(IDocumentSession session, Exercise exercise, MethodologyForm? form, LevelWords levels, Query risks, Dictionary<string, string> names, IReadOnlyList<OwnControl> own, CancellationToken cancellationToken)
    {
        var factors = form?.Factors ?? [];
        return new()
        {
            Name = words["report.head.register"],
            Columns =
            [
                kit.Column("rank", 0.5), kit.Column("ref", 0.9), kit.Column("risk", 2.4), kit.Column("assets", 1.8), kit.Column("threat", 1.6), kit.Column("vulnerability", 1.6), kit.Column("cia", 0.5),
                .. factors.Select(f => new ReportColumn(words.Of(f.Name)) { IsDetail = factors.Count > 3 }),
                kit.Column("level"), kit.Column("riskowner", 1.3), kit.Column("option"), kit.Column("target"), kit.Column("acceptance"),
                kit.Column("controls", 3, true), kit.Column("event", 2.5, true), kit.Column("consequence", 2.5, true), kit.Column("consequencekinds", 1.5, true), kit.Column("service", 1.2, true), kit.Column("category", 1.2, true), kit.Column("otherowners", 1.5, true),
                kit.Column("existing", 3, true), kit.Column("reasons", 3, true), kit.Column("sources", 2, true), kit.Column("steps", 3, true), kit.Column("criterion", 1.2, true), kit.Column("duty", 2, true), kit.Column("rated", 1.5, true),
                kit.Column("treatmentreason", 2.5, true), kit.Column("exceptionreason", 2, true), kit.Column("exceptionuntil", 1, true), kit.Column("givenup", 2, true), kit.Column("sharedwith", 1.5, true), kit.Column("newrisks", 2, true),
                kit.Column("costonce", 1, true), kit.Column("costyearly", 1, true), kit.Column("benefit", 2, true), kit.Column("achieved", 1, true), kit.Column("achievedby", 1.5, true),
                kit.Column("review", 1, true), kit.Column("state", 1, true), kit.Column("dismissed", 2, true), kit.Column("predecessor", 1, true),
            ],
            Rows = RowsAsync(session, exercise, factors, levels, risks, names, own, cancellationToken).ToBlockingEnumerable(cancellationToken),
        };
    }

    private async IAsyncEnumerable<IReadOnlyList<ReportCell>> RowsAsync(IDocumentSession session, Exercise exercise, IReadOnlyList<Factor> factors, LevelWords levels, Query risks, Dictionary<string, string> names, IReadOnlyList<OwnControl> own, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var groups = (await session.QueryAsync<AssetGroup>(Query.All.Take(1000), cancellationToken)).Items.ToDictionary(g => g.Id, g => $"{g.Reference} {g.Name}");
        var rank = 0;
        await foreach (var slice in Slices(session.StreamAsync<Risk>(risks, cancellationToken), cancellationToken))
        {
            var assets = await session.FindManyAsync<Asset>(slice.SelectMany(r => r.AssetIds).Distinct(), cancellationToken);
            var others = await session.FindManyAsync<Risk>(slice.SelectMany(r => r.Treatment?.NewRiskIds ?? []).Concat(slice.Select(r => r.PredecessorId).OfType<string>()).Distinct(), cancellationToken);
            foreach (var r in slice)
            {
                var (rating, treatment) = (r.Current, r.Treatment);
                string? Person(string? id) => id is null ? null : names.GetValueOrDefault(id, "?");
                ReportCell Level(Rating? of) => ReportCell.Of(levels.Of(of), levels.Colour(of));
                ReportCell Residual(Rating? of) => ReportCell.Of(levels.Residual(of, rating), levels.Colour(of));
                yield return
                [
                    r.State == RiskState.Rated ? ReportCell.Of(++rank) : ReportCell.Empty, ReportCell.Of(r.Reference), ReportCell.Of(r.Title),
                    ReportCell.Of(string.Join("; ", r.GroupIds.Select(id => groups.GetValueOrDefault(id, "?")).Concat(r.AssetIds.Select(id => assets.TryGetValue(id, out var a) ? $"{a.Reference} {a.Name}" : "?")))),
                    ReportCell.Of(threats.ThreatName(r)), ReportCell.Of(threats.VulnerabilityName(r)), ReportCell.Of($"{(r.HarmsC ? "C" : "")}{(r.HarmsI ? "I" : "")}{(r.HarmsA ? "A" : "")}"),
                    .. factors.Select(f => Value(f, rating?.Inputs.GetValueOrDefault(f.Key))),
                    rating is null ? ReportCell.Of(words["common.unrated"]) : Level(rating), ReportCell.Of(Person(r.OwnerId)), ReportCell.Of(treatment is null ? null : words.Of(treatment.Option)), Residual(r.Target), ReportCell.Of(r.Acceptance == AcceptanceState.None ? null : words.Of(r.Acceptance)),
                    ReportCell.Of(treatment is null ? null : string.Join("; ", treatment.Controls.Select(c => controls.Name(c.Key, own)))), ReportCell.Of(r.Event), ReportCell.Of(r.Consequence), ReportCell.Of(string.Join(", ", r.ConsequenceKinds.Select(k => words.Of(k)))), ReportCell.Of(r.Service), ReportCell.Of(r.Category), ReportCell.Of(string.Join("; ", r.OtherOwnerIds.Select(Person))),
                    ReportCell.Of(string.Join("; ", r.ExistingControls.Select(c => $"{c} ({words.Of(c.Works)})"))), ReportCell.Of(ByFactor(factors, rating?.Reasons)), ReportCell.Of(ByFactor(factors, rating?.Sources)), ReportCell.Of(rating is null ? null : string.Join("; ", rating.Steps.Select(words.Of))),
                    ReportCell.Of(exercise.Criteria.For(rating) is { } handling ? words.Of(handling) : null), ReportCell.Of(r.Duty is null ? null : string.Join(": ", new[] { words.Of(r.Duty), r.DutySource }.Where(d => !string.IsNullOrEmpty(d)))), ReportCell.Of(By(Person(rating?.ById), rating?.On)),
                    ReportCell.Of(treatment?.Reason), ReportCell.Of(treatment?.ExceptionReason), ReportCell.Of(treatment?.ExceptionUntil), ReportCell.Of(treatment?.GivenUp), ReportCell.Of(treatment?.SharedWith),
                    ReportCell.Of(string.Join("; ", (treatment?.NewRiskIds ?? []).Select(id => others.TryGetValue(id, out var n) ? n.Reference : "?").Append(treatment?.NewRisks).Where(n => !string.IsNullOrEmpty(n)))),
                    ReportCell.Of((double?)treatment?.CostOnce), ReportCell.Of((double?)treatment?.CostYearly), ReportCell.Of(treatment?.Benefit), Residual(r.Achieved), ReportCell.Of(By(Person(r.Achieved?.ById), r.Achieved?.On)),
                    ReportCell.Of(r.ReviewOn), ReportCell.Of(words.Of(r.State)), ReportCell.Of(r.DismissedBecause), ReportCell.Of(r.PredecessorId is null ? null : others.TryGetValue(r.PredecessorId, out var before) ? before.Reference : "?"),
                ];
            }
        }
    }

    private ReportCell Value(Factor factor, FactorValue? value)
    {
        if (value is null || value.IsNone)
            return ReportCell.Empty;
        return factor.Kind == FactorKind.Number && value.AsNumber is { } number ? ReportCell.Of(number) : ReportCell.Of(string.Join("; ", FactorWords.Lines(words, factor, value)));
    }

    private string? ByFactor(IReadOnlyList<Factor> factors, Dictionary<string, string>? texts) =>
        texts is null ? null : string.Join("; ", texts.Where(t => t.Value.Length > 0).Select(t => factors.FirstOrDefault(f => f.Key == t.Key) is { } factor ? $"{words.Of(factor.Name)}: {t.Value}" : t.Value));

    private string? By(string? person, DateOnly? on) => person is null && on is null ? null : string.Join(", ", new[] { person, words.Date(on) }.Where(t => !string.IsNullOrEmpty(t)));

    private static async IAsyncEnumerable<List<Risk>> Slices(IAsyncEnumerable<Risk> risks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slice = new List<Risk>(Slice);
        await foreach (var risk in risks.WithCancellation(cancellationToken))
        {
            slice.Add(risk);
            if (slice.Count < Slice)
                continue;
            yield return slice;
            slice = new(Slice);
        }

        if (slice.Count > 0)
            yield return slice;
    }
}
