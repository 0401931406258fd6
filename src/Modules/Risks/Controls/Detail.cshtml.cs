using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Files;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Controls;

/// <summary>A control in practice: state, evidence, tests, and the risks that rely on it.</summary>
[Access(Area.Controls)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    internal Model View { get; private set; } = null!;

    /// <summary>Evidence to add.</summary>
    public AddEvidence NewEvidence { get; private set; } = new();

    /// <summary>Test to record.</summary>
    public RecordTest NewTest { get; private set; } = new();

    /// <summary>Name of the form that was refused, which is shown open; null when none was.</summary>
    internal string? Posted { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        NewEvidence.EffectiveOn = NewTest.LastTestOn = view.Today;
        return Page();
    }

    public async Task<IActionResult> OnPostTestAsync(RecordTest newTest, CancellationToken cancellationToken)
    {
        NewTest = newTest;
        return await AnswerAsync(newTest.Id, await mediator.Send(newTest, cancellationToken), "control.tested", nameof(NewTest), cancellationToken);
    }

    public async Task<IActionResult> OnPostEvidenceAsync(AddEvidence newEvidence, CancellationToken cancellationToken)
    {
        NewEvidence = newEvidence;
        return await AnswerAsync(newEvidence.Id, await mediator.Send(newEvidence, cancellationToken), "control.evidenced", nameof(NewEvidence), cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync(string id, Result<Done> result, string flash, string form, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(ws.Url("risks/controls/detail", ("id", id)), flash);
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        (NewEvidence.EffectiveOn, NewTest.LastTestOn) = (NewEvidence.EffectiveOn ?? view.Today, NewTest.LastTestOn ?? view.Today);
        Posted = form;
        return this.Refused(result, prefix: form);
    }

    internal sealed record Query(string? Id) : IQuery<Model?>;

    internal sealed record Model(ControlImplementation Control, string Name, PersonBook Persons, RiskLinks Risks, bool MayEdit, DateOnly Today, IReadOnlyList<EvidenceFile> Files);

    internal sealed class Handler(WorkspaceContext ws, Persons persons, ControlDirectory controls, RiskLinkReader risks) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<ControlImplementation>(request.Id, cancellationToken) is not { } control)
                return null;
            return new(control, controls.Name(control.ControlKey, await controls.OwnAsync(cancellationToken)), await persons.ReadAsync(cancellationToken), await risks.ReadAsync(session, Platform.Store.Query.All.Where("controls", control.ControlKey), cancellationToken), ws.MayEdit(Area.Controls, control.OwnerId, control.OperatorId), ws.Today, await EvidenceFiles.OfAsync(session, control.Id, cancellationToken));
        }
    }

    /// <summary>Records a test with its result.</summary>
    [Requires(Area.Controls, Verb.Edit), Requires(Area.Controls, Verb.OwnRows)]
    public sealed class RecordTest : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public DateOnly? LastTestOn { get; set; }

        public TestResult? LastTestResult { get; set; }

        public string? Note { get; set; }
    }

    internal sealed class TestValidator : AbstractValidator<RecordTest>
    {
        public TestValidator()
        {
            RuleFor(c => c.LastTestOn).NotNull().WithMessage("control.test.date");
            RuleFor(c => c.LastTestResult).NotNull().WithMessage("control.test.result");
            RuleFor(c => c.Note).MaximumLength(2000);
        }
    }

    internal sealed class TestHandler(WorkspaceContext ws) : ICommandHandler<RecordTest, Done>
    {
        public Task<Result<Done>> Handle(RecordTest request, CancellationToken cancellationToken) => ChangeAsync(ws, request.Id, request.Seen, "control.test", request.Note, control =>
        {
            if (request.LastTestOn > ws.Today)
                return Error.Invalid("control.test.future", nameof(request.LastTestOn));
            control.LastTestOn = request.LastTestOn;
            control.LastTestResult = request.LastTestResult;
            return null;
        }, cancellationToken);
    }

    /// <summary>Adds evidence with the date from which it holds.</summary>
    [Requires(Area.Controls, Verb.Edit), Requires(Area.Controls, Verb.OwnRows)]
    public sealed class AddEvidence : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public string? Title { get; set; }

        public DateOnly? EffectiveOn { get; set; }

        public string? Where { get; set; }
    }

    internal sealed class EvidenceValidator : AbstractValidator<AddEvidence>
    {
        public EvidenceValidator()
        {
            RuleFor(c => c.Title).NotEmpty().WithMessage("control.evidence.title.needed").MaximumLength(300);
            RuleFor(c => c.EffectiveOn).NotNull().WithMessage("control.evidence.date");
            RuleFor(c => c.Where).MaximumLength(1000);
        }
    }

    internal sealed class EvidenceHandler(WorkspaceContext ws) : ICommandHandler<AddEvidence, Done>
    {
        public Task<Result<Done>> Handle(AddEvidence request, CancellationToken cancellationToken) => ChangeAsync(ws, request.Id, request.Seen, "control.evidence", null, control =>
        {
            control.Evidence.Add(new(request.Title!.Trim(), request.EffectiveOn!.Value, request.Where));
            return null;
        }, cancellationToken);
    }

    private static async Task<Result<Done>> ChangeAsync(WorkspaceContext ws, string id, long seen, string action, string? reason, Func<ControlImplementation, Error?> change, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        if (await session.FindAsync<ControlImplementation>(id, cancellationToken) is not { } control)
            return Error.NotFound();
        if (!ws.MayEdit(Area.Controls, control.OwnerId, control.OperatorId))
            return Error.Forbidden("control.notyours");
        if (change(control) is { } error)
            return error;
        session.Update(control, seen, action, reason);
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
    }
}
