using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Reports to take away: what about, in which language, as which file.</summary>
[Access(Area.Reports)]
public sealed class Reports(IMediator mediator) : PageModel
{
    [BindProperty]
    public Take Input { get; set; } = new("", "");

    /// <summary>Reports that the reader may take.</summary>
    public IReadOnlyList<Card> Cards { get; private set; } = [];

    /// <summary>Formats of active plugins.</summary>
    public IReadOnlyList<IReportFormatHandle> Formats { get; private set; } = [];

    /// <summary>Opens the page; a link from a record names the report and what it is to be about.</summary>
    public Task OnGetAsync(string? report, string? subject, CancellationToken cancellationToken)
    {
        Input = new(report ?? "", "", subject);
        return LoadAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return File(result.Value.Content, result.Value.MediaType, result.Value.Name);
        await LoadAsync(cancellationToken);
        return this.Refused(result);
    }

    private async Task LoadAsync(CancellationToken cancellationToken) => (Cards, Formats) = await mediator.Send(new Offer(Input.Name, Input.SubjectId), cancellationToken);

    /// <param name="Report">The report.</param>
    /// <param name="Subjects">What it can be about, newest first.</param>
    /// <param name="Formats">Formats that can express it.</param>
    public sealed record Card(IReport Report, IReadOnlyList<Choice> Subjects, IReadOnlyList<IReportFormatHandle> Formats);

    /// <param name="Name">Report that is chosen already, or null.</param>
    /// <param name="SubjectId">What it is to be about, or null.</param>
    public sealed record Offer(string? Name = null, string? SubjectId = null) : IQuery<(IReadOnlyList<Card> Cards, IReadOnlyList<IReportFormatHandle> Formats)>;

    /// <param name="Name">Name of the report.</param>
    /// <param name="Format">Key of the format.</param>
    /// <param name="SubjectId">Exercise or revision; the newest when there is none.</param>
    /// <param name="Language">en, ms, or the reader's.</param>
    [Requires(Area.Reports, Verb.Read)]
    public sealed record Take(string Name, string Format, string? SubjectId = null, string? Language = null) : ICommand<ReportFile>;

    internal sealed class Validator : AbstractValidator<Take>
    {
        public Validator()
        {
            RuleFor(c => c.Name).NotEmpty().WithMessage("validation.required");
            RuleFor(c => c.Format).NotEmpty().WithMessage("validation.required");
        }
    }

    internal sealed class OfferHandler(ReportDesk desk) : IQueryHandler<Offer, (IReadOnlyList<Card> Cards, IReadOnlyList<IReportFormatHandle> Formats)>
    {
        public async Task<(IReadOnlyList<Card> Cards, IReadOnlyList<IReportFormatHandle> Formats)> Handle(Offer request, CancellationToken cancellationToken)
        {
            List<Card> cards = [];
            foreach (var report in desk.Offered)
            {
                var subjects = await report.SubjectsAsync(cancellationToken);
                if (report.Name == request.Name && request.SubjectId is { Length: > 0 } wanted && subjects.All(s => s.Value != wanted) && await report.SubjectAsync(wanted, cancellationToken) is { } named)
                    subjects = [named, .. subjects];
                cards.Add(new(report, subjects, desk.FormatsOf(report)));
            }

            return (cards, desk.Formats);
        }
    }

    internal sealed class Handler(ReportDesk desk) : ICommandHandler<Take, ReportFile>
    {
        public Task<Result<ReportFile>> Handle(Take request, CancellationToken cancellationToken) =>
            desk.TakeAsync(request.Name, request.Format, new(string.IsNullOrEmpty(request.SubjectId) ? null : request.SubjectId), string.IsNullOrEmpty(request.Language) ? null : request.Language, cancellationToken);
    }
}
