using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using EditModel = IsmsModular.Risks.Plan.EditModel;
using SubmitModel = IsmsModular.Risks.Plan.SubmitModel;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;
using Inbox = IsmsModular.Web.Pages.Inbox.DetailModel;

namespace IsmsModular.Tests.Plan;

/// <summary>A workspace with two risk owners, top management and treated risks, ready for a plan.</summary>
internal sealed class PlanDesk
{
    public required RiskDesk Risks { get; init; }

    public required TestMember Chief { get; init; }

    public required TestMember Second { get; init; }

    public TestWorkspace Home => Risks.Home;

    public TestMember Analyst => Risks.Analyst;

    public TestMember Owner => Risks.Owner;

    public static async Task<PlanDesk> OpenAsync(IsmsApp app)
    {
        var risks = await RiskDesk.OpenAsync(app);
        return new() { Risks = risks, Chief = await risks.Home.MemberAsync("Chief Executive", Role.TopManagement), Second = await risks.Home.MemberAsync("Head of Operations", Role.RiskOwner) };
    }

    /// <summary>A risk of this owner that is to be modified, with a target.</summary>
    public async Task<Risk> TreatedAsync(TestMember owner, string title = "Fire stops the servers")
    {
        var command = Risks.Described(title);
        command.OwnerId = owner.PersonId;
        RiskDesk.Ok(await Home.SendAsync(command, Analyst));
        RiskDesk.Ok(await Risks.RateAsync(await Risks.RiskAsync(command.Id), RatingKind.Current, "medium", "high"));
        RiskDesk.Ok(await Home.SendAsync(RiskDesk.Decision(await Risks.RiskAsync(command.Id)), Analyst));
        RiskDesk.Ok(await Risks.RateAsync(await Risks.RiskAsync(command.Id), RatingKind.Target, "low", "low"));
        return await Risks.RiskAsync(command.Id);
    }

    public EditModel.Command Task(Risk risk, TestMember? responsible = null) => new()
    {
        Id = Platform.Store.Document.NewId(),
        Title = "Install detection",
        RiskIds = [risk.Id],
        ControlKeys = ["iso27001-2022-annex-a/A.8.13"],
        ResponsibleId = (responsible ?? Owner).PersonId,
        DueOn = new DateOnly(2040, 6, 30),
        CostOnce = 1000,
    };

    public async Task<PlanTask> AddAsync(EditModel.Command command)
    {
        RiskDesk.Ok(await Home.SendAsync(command, Analyst));
        return await TaskAsync(command.Id!);
    }

    public async Task<PlanTask> TaskAsync(string id) => (await Home.FindAsync<PlanTask>(id))!;

    /// <summary>Submits the live plan.</summary>
    /// <returns>The submission.</returns>
    public async Task<Submission> SubmitAsync()
    {
        var revisionId = RiskDesk.Ok(await Home.SendAsync(new SubmitModel.Command { ChangeNote = "First plan" }, Analyst));
        return await SubmissionAsync((await Home.FindAsync<PlanRevision>(revisionId))!.SubmissionId!);
    }

    public async Task<Submission> SubmissionAsync(string id) => (await Home.FindAsync<Submission>(id))!;

    public Task<Result<Done>> DecideAsync(TestMember? by, Submission about, string slot, DecisionOutcome outcome = DecisionOutcome.Approved, string? comment = null) =>
        Home.SendAsync(new Inbox.Command { Id = about.Id, Slots = [slot], Outcome = outcome, Comment = comment ?? (outcome == DecisionOutcome.Approved ? null : "Not like this") }, by);

    public static string SlotOf(TestMember owner) => "owner:" + owner.PersonId;

    /// <summary>Everybody says yes.</summary>
    public async Task ApproveAsync(Submission about)
    {
        foreach (var slot in about.Slots.Where(s => s.Decision is null))
            RiskDesk.Ok(await DecideAsync(slot.Role is not null ? Chief : slot.PersonId == Owner.PersonId ? Owner : Second, about, slot.Key));
    }

    /// <summary>An approved plan: one risk and one task of each owner.</summary>
    public async Task<(Risk Mine, Risk Theirs, PlanTask Task, Submission Approved)> ApprovedAsync()
    {
        var (mine, theirs) = (await TreatedAsync(Owner), await TreatedAsync(Second, "Flood stops the pumps"));
        var task = await AddAsync(Task(mine));
        var submission = await SubmitAsync();
        await ApproveAsync(submission);
        return (await Risks.RiskAsync(mine.Id), await Risks.RiskAsync(theirs.Id), await TaskAsync(task.Id), await SubmissionAsync(submission.Id));
    }

    public Task<SubmissionStanding> StandingAsync(Submission about) =>
        Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().StandingAsync(s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().OpenSession(), about, TestContext.Current.CancellationToken));
}
