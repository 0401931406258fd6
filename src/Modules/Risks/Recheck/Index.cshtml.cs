using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Recheck;

/// <summary>Computes every stored result again and lists those that differ.</summary>
[Access(Area.Methodologies)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Answer View { get; private set; } = null!;

    internal IReadOnlyList<ListFilter> Filters => [new("fault", words["recheck.fault"], EnumChoice.Of<AssessmentFault>(words)), new("rating", words["recheck.rating"], EnumChoice.Of<RatingKind>(words))];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["fault", "rating"], []);
        if (ListExport.Wanted(Request) is { } format)
        {
            ExportColumn<AssessmentFinding>[] columns =
            [
                new(words["recheck.risk"], f => f.Reference), new(words["recheck.risktitle"], f => f.Title), new(words["recheck.assessment"], f => f.Assessment), new(words["recheck.rating"], f => words.Of(f.Rating)),
                new(words["recheck.methodology"], f => f.Methodology), new(words["recheck.fault"], f => words.Of(f.Fault)), new(words["recheck.differences"], f => string.Join(", ", f.Differences)),
                new(words["recheck.stored"], f => f.Stored), new(words["recheck.computed"], f => f.Computed),
            ];
            return await ListExport.FileAsync(format, "recheck", columns, await mediator.Send(new Findings(List), cancellationToken), cancellationToken);
        }

        View = await mediator.Send(new Ask(List), cancellationToken);
        return Page();
    }

    /// <summary>How far it is; when it has ended, the page is loaded anew.</summary>
    public async Task<IActionResult> OnGetProgressAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", [], []);
        View = await mediator.Send(new Ask(List), cancellationToken);
        if (View.Job is not { Failed: null })
            Response.Headers["HX-Refresh"] = "true";
        return Partial("_Progress", this);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new Start(), cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/recheck"));
        List = ListState.From(Request, "ref", [], []);
        View = await mediator.Send(new Ask(List), cancellationToken);
        return this.Refused(result);
    }

    internal sealed record Ask(ListState List) : IQuery<Answer>;

    /// <param name="Job">The check that runs or failed, or null.</param>
    /// <param name="Last">The last one that ended, or null.</param>
    /// <param name="Rows">Findings shown.</param>
    /// <param name="Total">Findings of the filter.</param>
    /// <param name="Next">Cursor, or null.</param>
    /// <param name="Previous">Cursor, or null.</param>
    internal sealed record Answer(RecheckJobs.Job? Job, RecheckRun? Last, IReadOnlyList<AssessmentFinding> Rows, long Total, string? Next, string? Previous);

    internal sealed record Findings(ListState List) : IQuery<IAsyncEnumerable<AssessmentFinding>>;

    internal sealed class Handler(WorkspaceContext ws, RecheckJobs jobs, FindingFile file) : IQueryHandler<Ask, Answer>
    {
        private const int Size = 50;

        public async Task<Answer> Handle(Ask request, CancellationToken cancellationToken)
        {
            var last = await file.LastAsync(cancellationToken);
            var from = int.TryParse(request.List.After, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
            var (rows, number) = (new List<AssessmentFinding>(), 0);
            await foreach (var finding in file.ReadAsync(last, request.List, cancellationToken))
            {
                if (number >= from && rows.Count < Size)
                    rows.Add(finding);
                number++;
            }

            return new(jobs.Of(ws.Workspace.Id), last, rows, number, from + Size < number ? $"{from + Size}" : null, from > 0 ? $"{Math.Max(0, from - Size)}" : null);
        }
    }

    internal sealed class FindingsHandler(FindingFile file) : IQueryHandler<Findings, IAsyncEnumerable<AssessmentFinding>>
    {
        public async Task<IAsyncEnumerable<AssessmentFinding>> Handle(Findings request, CancellationToken cancellationToken) =>
            file.ReadAsync(await file.LastAsync(cancellationToken), request.List, cancellationToken);
    }

    /// <summary>Starts the check in the background. Every reader may; its outcome is stored, so not where nothing may be written any more.</summary>
    [Requires(Area.Methodologies, Verb.Read)]
    public sealed class Start : ICommand<Done>;

    internal sealed class StartHandler(WorkspaceContext ws, RecheckJobs jobs) : ICommandHandler<Start, Done>
    {
        public Task<Result<Done>> Handle(Start request, CancellationToken cancellationToken) =>
            Task.FromResult<Result<Done>>(ws.Workspace.ArchivedAt is not null ? Error.Forbidden() : jobs.Start(ws) ? Done.Yes : Error.Conflict("recheck.runs"));
    }
}

/// <summary>Findings of the last check, read line by line.</summary>
internal sealed class FindingFile(WorkspaceContext ws, IStoreDirectory stores)
{
    public async Task<RecheckRun?> LastAsync(CancellationToken cancellationToken) =>
        (await ws.OpenSession().QueryAsync<RecheckRun>(Query.All.OrderBy("-finished").Take(1), cancellationToken)).Items is [var last] ? last : null;

    public async IAsyncEnumerable<AssessmentFinding> ReadAsync(RecheckRun? run, ListState list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (run?.Attachment is not { } sha || stores.Workspace(ws.Workspace.Id).Attachments.Open(sha) is not { } stream)
            yield break;
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var finding = JsonSerializer.Deserialize<AssessmentFinding>(line, StoreJson.Options)!;
            if (Fits(finding, list))
                yield return finding;
        }
    }

    private static bool Fits(AssessmentFinding finding, ListState list) =>
        (!list.Filters.TryGetValue("fault", out var fault) || EnumChoice.Value(finding.Fault) == fault)
        && (!list.Filters.TryGetValue("rating", out var rating) || EnumChoice.Value(finding.Rating) == rating)
        && (list.Text is null || $"{finding.Reference} {finding.Title} {finding.Methodology}".Contains(list.Text, StringComparison.OrdinalIgnoreCase));
}
