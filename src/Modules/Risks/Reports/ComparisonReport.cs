using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Reports;

/// <summary>Two exercises side by side (requirement D3): how far both agree, what moved, decisions that flip, and every risk under each; also between two methods.</summary>
internal sealed class ComparisonReport(WorkspaceContext ws, IWords words, ReportKit kit, Methods methods, Comparisons comparisons) : IReport
{
    internal const string TheName = "exercise-comparison";
    private const char Between = '~';
    private const int MostSubjects = 100;
    private const int MostLines = 20;

    public string Name => TheName;

    public string Title => "report.comparison";

    public string Icon => "git-compare";

    public string? Chapter => "6.1";

    public Area Area => Area.Risks;

    /// <summary>Pairs of exercises; each with the one before it first.</summary>
    public async Task<IReadOnlyList<Choice>> SubjectsAsync(CancellationToken cancellationToken)
    {
        var all = (await ws.OpenSession().QueryAsync<Exercise>(Query.All.OrderBy("-ref").Take(100), cancellationToken)).Items;
        var pairs = all.SelectMany(now => all.Where(before => before.Id == now.PredecessorId || string.CompareOrdinal(before.Reference, now.Reference) < 0).Select(before => (Now: now, Before: before)));
        return [.. pairs.OrderBy(p => p.Now.PredecessorId != p.Before.Id).Take(MostSubjects).Select(p => Subject(p.Now, p.Before))];
    }

    public async Task<Choice?> SubjectAsync(string subjectId, CancellationToken cancellationToken) =>
        await PairAsync(ws.OpenSession(), subjectId, cancellationToken) is var (before, now) ? Subject(now, before) : null;

    public async Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        if (await PairAsync(session, request.SubjectId, cancellationToken) is not var (before, now))
            return Error.NotFound("report.error.comparison", "SubjectId");

        var all = await comparisons.OfAsync(before, now, cancellationToken);
        var view = new ComparedView(all, before, now, new(methods.Form(before), words), new(methods.Form(now), words)) { List = new() { Path = "", Sort = "move" }, Shown = all.Rows };
        List<ReportBlock> blocks = [kit.Heading("compared"), About("before", before), About("now", now), kit.Heading("agreement"), .. Agreement(all)];
        if (all.Both > 1)
            blocks.AddRange([Slope(view), LevelToLevel(view)]);
        blocks.AddRange([kit.Heading("flips"), new ReportParagraph(words["report.flips.why"]), Table("flips", view, all.Rows.Where(r => r.Flip != Flip.None))]);
        blocks.AddRange([kit.Heading("comparedrisks"), Table("comparedrisks", view, all.Rows)]);
        return kit.Document(words[Title], $"{before.Reference} {before.Name} → {now.Reference} {now.Name}", head, blocks);
    }

    /// <summary>What names a pair.</summary>
    internal static string PairOf(Exercise now, Exercise before) => $"{now.Id}{Between}{before.Id}";

    private static Choice Subject(Exercise now, Exercise before) => new(PairOf(now, before), $"{before.Reference} → {now.Reference} {now.Name}");

    /// <summary>A pair of ids or references (<c>EX-02~EX-01</c>), or one exercise with the one before it; the newest that has one when none is named.</summary>
    private static async Task<(Exercise Before, Exercise Now)?> PairAsync(IDocumentSession session, string? subject, CancellationToken cancellationToken)
    {
        if (subject is null)
        {
            foreach (var exercise in (await session.QueryAsync<Exercise>(Query.All.OrderBy("-ref").Take(100), cancellationToken)).Items)
            {
                if (await session.FindAsync<Exercise>(exercise.PredecessorId, cancellationToken) is { } earlier)
                    return (earlier, exercise);
            }

            return null;
        }

        var names = subject.Split(Between, 2);
        if (await RiskRegisterReport.ExerciseAsync(session, names[0], cancellationToken) is not { } now)
            return null;
        var before = names.Length > 1 ? await RiskRegisterReport.ExerciseAsync(session, names[1], cancellationToken) : await session.FindAsync<Exercise>(now.PredecessorId, cancellationToken);
        return before is null || before.Id == now.Id ? null : (before, now);
    }

    private ReportFields About(string side, Exercise exercise)
    {
        var levels = new LevelWords(methods.Form(exercise), words);
        var method = methods.Of(exercise);
        string Accepted(List<string> keys, double? upTo) => keys.Count > 0 ? string.Join(", ", keys.Select(levels.Of)) : upTo is { } most ? words["report.upto", ComparedView.Number(most, words)!] : "";
        return new(
        [
            kit.Field("exercise" + side, $"{exercise.Reference} {exercise.Name}"),
            kit.Field("state", words.Of(exercise.State)),
            kit.Field("method", method is null ? exercise.MethodologyId : $"{words.Of(method.Info.Name)} ({method.Id} {exercise.MethodologyVersion ?? method.Version})"),
            kit.Field("methodreason", exercise.MethodReason),
            kit.Field("acceptable", Accepted(exercise.Criteria.Acceptable, exercise.Criteria.AcceptUpTo)),
            kit.Field("byexception", Accepted(exercise.Criteria.ByException, exercise.Criteria.ExceptionUpTo)),
        ]);
    }

    private IEnumerable<ReportBlock> Agreement(Comparison all)
    {
        yield return new ReportFields(
        [
            kit.Field("tau", all.Tau is { } tau ? words.Number((decimal)tau, 2) : words["compare.tau.undefined"]),
            kit.Field("ratedinboth", words.Number(all.Both)),
            .. Enum.GetValues<RiskMove>().Where(m => all.Count(m) > 0).Select(m => new KeyValuePair<string, string>(words.Of(m), words.Number(all.Count(m)))),
            .. Enum.GetValues<Flip>().Where(f => f != Flip.None).Select(f => new KeyValuePair<string, string>(words.Of(f), words.Number(all.Count(f)))),
        ]);
        yield return new ReportParagraph($"{words["compare.tau.is." + all.Verdict]} {words["compare.tau.explain", words.Number(all.Both)]}");
    }

    /// <summary>Places are drawn as the share of risks that stand below, so that first is at the top.</summary>
    private ReportChart Slope(ComparedView view)
    {
        var chart = SlopeChart.From(view.All, MostLines);
        double Share(Place place) => chart.Of < 2 ? 1 : (chart.Of - place.Middle) / (double)(chart.Of - 1);
        string Label(SlopeLine line) => line.Count == 1 ? line.Risk.Any.Reference : words["compare.slope.bundle", words.Number(line.Count)];
        return new()
        {
            Title = words["compare.slope"],
            Description = $"{words["compare.slope.label", view.Before.Name, view.Now.Name]}. {(chart.Drawn < chart.Of ? words["compare.slope.cut", words.Number(chart.Drawn), words.Number(chart.Of)] : words["compare.slope.all", chart.Of])}",
            Horizontal = new(words["report.assessment"]) { Categories = [view.Before.Reference, view.Now.Reference] },
            Vertical = new(words["report.standbelow"]) { Minimum = 0, Maximum = 1, Percent = true },
            Series = [.. chart.Lines.Select(l => new ReportSeries(Label(l), [new(0, Share(l.Risk.RankBefore!), $"{Label(l)} {l.Risk.RankBefore}"), new(1, Share(l.Risk.RankNow!), $"{l.Risk.RankNow} {Label(l)}")]) { Colour = l.Risk.Climbed > 0 ? "#b3261e" : l.Risk.Climbed < 0 ? "#146c43" : "#52606d" })],
        };
    }

    private ReportHeatMap LevelToLevel(ComparedView view)
    {
        List<string> Keys(LevelWords levels) => levels.All.Count == 0 ? [""] : [.. levels.All.Select(l => l.Key)];
        string Word(LevelWords levels, string key) => levels.Of(key.Length == 0 ? null : key) ?? words["compare.numbers"];
        var (rows, columns, counts) = (Keys(view.CountedBefore), Keys(view.CountedNow), view.All.ByLevel());
        return new()
        {
            Title = words["compare.levels"],
            Description = words["report.levels.why"],
            Vertical = words["compare.levelbefore"],
            Horizontal = words["compare.levelnow"],
            Rows = [.. rows.Select(k => Word(view.CountedBefore, k))],
            Columns = [.. columns.Select(k => Word(view.CountedNow, k))],
            Cells = [.. rows.Select(b => (IReadOnlyList<ReportCell>)[.. columns.Select(n => counts.GetValueOrDefault((b, n))).Select(count => ReportCell.Of(count == 0 ? "" : words.Number(count), count == 0 ? "#f4f6f8" : "#e4f1f4"))])],
        };
    }

    private ReportTable Table(string name, ComparedView view, IEnumerable<ComparedRisk> rows) => new()
    {
        Name = words["report.head." + name],
        Columns =
        [
            kit.Column("refbefore", 0.9), kit.Column("refnow", 0.9), kit.Column("risk", 3), kit.Column("levelbefore"), kit.Column("levelnow"), kit.Column("placebefore", 0.7), kit.Column("placenow", 0.7), kit.Column("move", 1.1),
            kit.Column("criteriabefore", 1.4), kit.Column("criterianow", 1.4), kit.Column("valuebefore", 1, true), kit.Column("valuenow", 1, true),
        ],
        Rows = rows.Select(r => (IReadOnlyList<ReportCell>)
        [
            ReportCell.Of(r.Before?.Reference), ReportCell.Of(r.Now?.Reference), ReportCell.Of(r.Any.Title),
            Level(view.BeforeLevels, r.Before), Level(view.NowLevels, r.Now),
            ReportCell.Of(r.RankBefore?.ToString()), ReportCell.Of(r.RankNow?.ToString()), ReportCell.Of(words.Of(r.Move)),
            ReportCell.Of(r.HandlingBefore is { } asked ? words.Of(asked) : null), ReportCell.Of(r.HandlingNow is { } asks ? words.Of(asks) : null),
            ReportCell.Of(r.Before?.Value), ReportCell.Of(r.Now?.Value),
        ]),
    };

    private ReportCell Level(LevelWords levels, RiskBrief? risk) => risk is null ? ReportCell.Of("–") : ReportCell.Of(ComparedView.Say(levels, risk, words) ?? words["common.unrated"], levels.Colour(risk.Level));
}
