using System.Net;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Methodologies;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using Microsoft.Extensions.DependencyInjection;
using Exercises = IsmsModular.Risks.Exercises;
using Swap = IsmsModular.Risks.Exercises.Swap;

namespace IsmsModular.Tests.Risks;

public sealed class ChangingTheMethod(IsmsApp app)
{
    private static readonly string[] Five = ["very-low", "low", "medium", "high", "very-high"];

    [Fact]
    public async Task Goes_step_by_step_to_money_and_stores_nothing_before_it_is_confirmed()
    {
        var (desk, old) = await RatedDeskAsync();
        var before = await StoredAsync(desk);
        using var browser = await desk.Analyst.SignInAsync();
        var detail = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + old));
        Assert.Contains("/risks/exercises/swap?id=" + old, detail.Body, StringComparison.Ordinal);

        // 1: the method. Without a reason it is not taken.
        var start = desk.Home.Url("risks/exercises/swap?id=" + old);
        var opened = await browser.GetAsync(start);
        var id = opened.Hidden("Input.Id")!;
        Dictionary<string, string?> method = new() { ["Input.Id"] = id, ["Input.Seen"] = "0", ["Input.SourceId"] = old, ["Input.Name"] = "Yearly, in money", ["Input.MethodologyId"] = "ale" };
        var refused = await browser.PostAsync(desk.Home.Url("risks/exercises/swap"), method, form: start);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("Say why the method is changed", refused.Text, StringComparison.Ordinal);
        method["Input.MethodReason"] = "The board thinks in ringgit";
        var chosen = await browser.PostAsync(desk.Home.Url("risks/exercises/swap"), method, form: start);
        var factors = desk.Home.Url("risks/exercises/swap/factors?id=" + id);
        Assert.Equal(factors, chosen.Location);

        // 2: the factors. Sources are proposed, money is not guessed.
        var mapping = await browser.GetAsync(factors);
        RiskDesk.Is(HttpStatusCode.OK, mapping);
        Assert.Contains("Single loss expectancy", mapping.Text, StringComparison.Ordinal);
        Dictionary<string, string?> values = new() { ["Input.Id"] = id, ["Input.Seen"] = mapping.Hidden("Input.Seen"), ["Input.Sources[sle]"] = "in:impact", ["Input.Sources[aro]"] = "in:likelihood" };
        var empty = await browser.PostAsync(desk.Home.Url("risks/exercises/swap/factors"), values, form: factors);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, empty);
        Assert.Contains("Enter at least one value", empty.Text, StringComparison.Ordinal);
        foreach (var (tier, at) in Five.Select((t, i) => (t, i)))
        {
            values[$"Input.Values[sle|in:impact|{tier}|sle]"] = new[] { "1000", "10000", "100000", "1000000", "5000000" }[at];
            values[$"Input.Values[aro|in:likelihood|{tier}|aro]"] = new[] { "0.02", "0.1", "0.5", "2", "12" }[at];
        }

        values["Input.Values[sle|in:impact|high|sle]"] = "a million";
        var wrong = await browser.PostAsync(desk.Home.Url("risks/exercises/swap/factors"), values, form: factors);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, wrong);
        Assert.Contains("a million", wrong.Body, StringComparison.Ordinal);
        values["Input.Values[sle|in:impact|high|sle]"] = "1000000";
        var levels = desk.Home.Url("risks/exercises/swap/levels?id=" + id);
        Assert.Equal(levels, (await browser.PostAsync(desk.Home.Url("risks/exercises/swap/factors"), values, form: factors)).Location);

        // 3: levels and criteria.
        var asked = await browser.GetAsync(levels);
        Dictionary<string, string?> criteria = new() { ["Input.Id"] = id, ["Input.Seen"] = asked.Hidden("Input.Seen"), ["Input.ExceptionMonths"] = "12" };
        var without = await browser.PostAsync(desk.Home.Url("risks/exercises/swap/levels"), criteria, form: levels);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, without);
        Assert.Contains("Name the greatest value", without.Text, StringComparison.Ordinal);
        (criteria["Input.AcceptUpTo"], criteria["Input.ExceptionUpTo"]) = ("60000", "500000");
        foreach (var (tier, bound) in new[] { ("low", "1000"), ("medium", "10000"), ("high", "100000"), ("very-high", "1000000") })
            criteria[$"Input.Bounds[{tier}]"] = bound;
        var preview = desk.Home.Url("risks/exercises/swap/preview?id=" + id);
        Assert.Equal(preview, (await browser.PostAsync(desk.Home.Url("risks/exercises/swap/levels"), criteria, form: levels)).Location);

        // 4: the preview, which stores nothing.
        var head = await HeadAsync(desk);
        var looked = await browser.GetAsync(preview);
        RiskDesk.Is(HttpStatusCode.OK, looked);
        Assert.Contains("Medium, medium", looked.Text, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(preview + "&f.move=worse&sort=-climbed"));
        Assert.Contains("Agreement of ranks", looked.Text, StringComparison.Ordinal);
        Assert.Contains("Level now", (await browser.GetAsync(preview + "&format=csv")).Body, StringComparison.Ordinal);
        Assert.Equal(head, await HeadAsync(desk));

        // Going back shows what was entered.
        Assert.Contains("Yearly, in money", (await browser.GetAsync(desk.Home.Url("risks/exercises/swap?change=" + id))).Body, StringComparison.Ordinal);
        Assert.Contains("value=\"5000000\"", (await browser.GetAsync(factors)).Body, StringComparison.Ordinal);
        Assert.Contains("value=\"60000\"", (await browser.GetAsync(levels)).Body, StringComparison.Ordinal);

        // Confirmed: one new exercise, once.
        Dictionary<string, string?> confirm = new() { ["Seen"] = looked.Hidden("Seen"), ["Print"] = looked.Hidden("Print") };
        var confirmed = await browser.PostAsync(preview, confirm);
        RiskDesk.Is(HttpStatusCode.SeeOther, confirmed);
        var again = await desk.Home.SendAsync(new Swap.PreviewModel.Confirm { Id = id, Seen = 1, Print = "" }, desk.Analyst);
        var made = RiskDesk.Ok(again);
        Assert.Equal(desk.Home.Url("risks/exercises/compare?id=" + made), confirmed.Location);
        // Who opens the last step again, or left while it was written, is led to what came of it.
        Assert.Equal(confirmed.Location, (await browser.GetAsync(preview)).Location);
        Assert.Equal(2, (await desk.Home.QueryAsync<Exercise>()).Count);

        var exercise = (await desk.Home.FindAsync<Exercise>(made))!;
        Assert.Equal((ExerciseState.Planned, "ale", old, 60_000d), (exercise.State, exercise.MethodologyId, exercise.PredecessorId!, exercise.Criteria.AcceptUpTo!.Value));
        var risks = await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made));
        Assert.Equal(4, risks.Count);
        var medium = risks.Single(r => r.Title == "Medium, medium");
        Assert.Equal(50_000, medium.Current!.Value);
        Assert.Equal(id, medium.Current.CarriedBy);
        Assert.Contains("Impact: Medium", medium.Current.Reasons["sle"], StringComparison.Ordinal);
        Assert.Contains("A day without service", medium.Current.Reasons["sle"], StringComparison.Ordinal);
        Assert.Equal("Interview", medium.Current.Sources["sle"]);
        Assert.Equal(RiskState.Unrated, risks.Single(r => r.Title == "Never rated").State);

        // The old exercise and its risks are what they were, byte for byte.
        var after = await StoredAsync(desk);
        Assert.Equal(before, before.Keys.ToDictionary(k => k, k => after[k]));

        // Both side by side: accepted by exception before (medium), may be retained now.
        var compared = (await desk.Home.SendAsync(new ComparePage.Query(made)))!.Compared;
        Assert.Equal(Flip.Looser, compared.All.Rows.Single(r => r.Any.Title == "Medium, medium").Flip);
        Assert.Equal(RiskMove.Same, compared.All.Rows.Single(r => r.Any.Title == "Medium, medium").Move);
        Assert.Equal(3, compared.All.Both);
        var page = await browser.GetAsync(confirmed.Location!);
        RiskDesk.Is(HttpStatusCode.OK, page);
        Assert.Contains("Levels are compared as the mapping says", page.Text, StringComparison.Ordinal);
        foreach (var (now, was) in new[] { (made, old), (old, made) })
        {
            var link = System.Text.RegularExpressions.Regex.Match((await browser.GetAsync(desk.Home.Url($"risks/exercises/compare?id={now}&with={was}"))).Body, "href=\"([^\"]*report=exercise-comparison[^\"#]*)");
            Assert.Contains($"value=\"{now}~{was}\" selected", (await browser.GetAsync(WebUtility.HtmlDecode(link.Groups[1].Value))).Body, StringComparison.Ordinal);
        }


        // The same as a report, in every format and both languages.
        var formats = await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<ReportDesk>().Formats.Where(f => !f.NeedsControls).Select(f => f.Key).ToList()));
        Assert.Contains("docx", formats);
        foreach (var format in formats)
        {
            foreach (var language in new[] { "en", "ms" })
            {
                await using var file = RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ReportDesk>().TakeAsync("exercise-comparison", format, new($"{made}~{old}"), language, CancellationToken.None)));
                Assert.True(file.Content.Length > 500, format);
            }
        }

        Assert.False((await desk.Home.RunAsync(s => s.GetRequiredService<ReportDesk>().TakeAsync("exercise-comparison", "csv", new(old), "en", CancellationToken.None))).Succeeded);
    }

    [Fact]
    public async Task An_assessor_confirms_what_was_carried_over_before_the_assessment_can_be_closed()
    {
        var (desk, old) = await RatedDeskAsync();
        var made = await ChangedAsync(desk, old);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = made, Seen = 1 }, desk.Analyst));
        foreach (var open in await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("state", RiskState.Unrated)))
            RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = open.Id, Seen = open.Version, DismissedBecause = "Not in scope" }, desk.Analyst));
        var seen = (await desk.Home.FindAsync<Exercise>(made))!.Version;
        RiskDesk.Refused("carried.close", await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = made, Seen = seen }, desk.Analyst));

        using var browser = await desk.Analyst.SignInAsync();
        var carried = await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("carried", "yes"));
        Assert.Equal(3, carried.Count);

        // What was dismissed is not revived by confirming its rating.
        var aside = carried[0];
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = aside.Id, Seen = aside.Version, DismissedBecause = "Not in scope" }, desk.Analyst));
        Assert.DoesNotContain("handler=Confirm", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + aside.Id))).Body, StringComparison.Ordinal);
        RiskDesk.Refused("carried.none", await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Confirm { Id = aside.Id, Seen = aside.Version + 1 }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Reopen { Id = aside.Id, Seen = aside.Version + 1 }, desk.Analyst));
        carried = await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("carried", "yes"));
        Assert.Contains("not confirmed", (await browser.GetAsync(desk.Home.Url($"risks/register?f.exercise={made}&f.carried=yes"))).Text, StringComparison.Ordinal);
        foreach (var risk in carried)
        {
            var page = desk.Home.Url("risks/register/detail?id=" + risk.Id);
            var confirmed = await browser.PostAsync(desk.Home.Url($"risks/register/detail?id={risk.Id}&handler=Confirm"), new() { ["Id"] = risk.Id, ["Seen"] = $"{risk.Version}" }, form: page);
            RiskDesk.Is(HttpStatusCode.SeeOther, confirmed);
        }

        var now = await desk.RiskAsync(carried[0].Id);
        Assert.Equal((null, desk.Analyst.PersonId), (now.Current!.CarriedBy, now.Current.ById));
        RiskDesk.Refused("carried.none", await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Confirm { Id = now.Id, Seen = now.Version }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = made, Seen = seen }, desk.Analyst));
    }

    [Fact]
    public async Task What_carries_over_in_part_is_proposed_to_the_rater()
    {
        var (desk, old) = await RatedDeskAsync();
        // Ease of exploitation has no likeness in the matrix.
        var id = await BegunAsync(desk, old, "iso27005-2011-e21");
        var plan = await PlanAsync(desk, id);
        Assert.Contains(plan.Table.Parts, p => p.Needed && plan.Mapping.Sources[p.Key].Length == 0);
        await ThroughAsync(desk, id);
        var preview = (await desk.Home.SendAsync(new Swap.PreviewModel.Query(id, new() { Path = "", Sort = "move" }, true), desk.Analyst))!.Compared!;
        Assert.Equal(3, preview.All.Count(RiskMove.Anew));
        Assert.All(preview.All.Rows.Where(r => r.Move == RiskMove.Anew), r => Assert.NotEmpty(r.Missing));
        var made = await ConfirmAsync(desk, id);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = made, Seen = 1 }, desk.Analyst));

        var risk = (await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made))).Single(r => r.Title == "Medium, medium");
        Assert.Equal(RiskState.Unrated, risk.State);
        Assert.NotNull(risk.Proposal);
        var form = (await desk.Home.SendAsync(new RateModel.Open(risk.Id, RatingKind.Current), desk.Analyst))!;
        Assert.Equal(risk.Proposal.Inputs.Keys.Order(), form.Values.Keys.Order());
    }

    [Fact]
    public async Task Decisions_go_along_unaccepted_unless_the_new_criteria_forbid_them()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var old = desk.ExerciseId;
        var (treated, retained) = (await desk.RatedAsync("high", "high", "Treated"), await desk.RatedAsync("low", "low", "Retained"));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(treated), desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(treated.Id), RatingKind.Target, "low", "medium"));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(retained, TreatmentOption.Retain), desk.Analyst));
        var (shared, review) = (RiskDesk.Decision(await desk.RatedAsync("high", "high", "Shared"), TreatmentOption.Share), new DateOnly(2040, 1, 31));
        (shared.SharedWith, shared.CostYearly, shared.NewRiskRefs, shared.ReviewOn) = ("Insurer", 1000, retained.Reference, review);
        RiskDesk.Ok(await desk.Home.SendAsync(shared, desk.Analyst));

        foreach (var (strict, along) in new[] { (false, true), (true, true), (false, false) })
        {
            var id = await BegunAsync(desk, old, "bsi-200-3");
            RiskDesk.Ok(await desk.Home.SendAsync(Factors(await PlanAsync(desk, id)), desk.Analyst));
            var levels = Swap.LevelsModel.Command.From(await PlanAsync(desk, id));
            levels.Treatments = along;
            foreach (var level in strict ? levels.Handling.Keys.ToList() : [])
                levels.Handling[level] = Handling.MustTreat;
            RiskDesk.Ok(await desk.Home.SendAsync(levels, desk.Analyst));
            var made = await ConfirmAsync(desk, id);
            var risks = await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made));
            var (first, second) = (risks.Single(r => r.Title == "Treated"), risks.Single(r => r.Title == "Retained"));
            Assert.Equal(along ? TreatmentOption.Modify : null, first.Treatment?.Option);
            Assert.Equal(along, first.Target is not null);
            Assert.Equal(along && !strict ? TreatmentOption.Retain : null, second.Treatment?.Option);
            Assert.All(risks, r => Assert.Equal(AcceptanceState.None, r.Acceptance));
            // The risk that sharing brought about is the one of the new assessment.
            var third = risks.Single(r => r.Title == "Shared");
            Assert.Equal((along ? second.Id : null, along ? review : (DateOnly?)null), (third.Treatment?.NewRiskIds.Single(), third.ReviewOn));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tasks_of_the_plan_go_on_with_the_successors_if_wanted_and_the_old_assessment_keeps_them(bool follow)
    {
        var plan = await PlanDesk.OpenAsync(app);
        var (desk, old) = (plan.Risks, plan.Risks.ExerciseId);
        var mine = await plan.TreatedAsync(plan.Owner);
        await plan.TreatedAsync(plan.Second, "Flood stops the pumps");
        var (task, cancelled) = (await plan.AddAsync(plan.Task(mine)), await plan.AddAsync(plan.Task(mine)));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Plan.CancelModel.Command { Id = cancelled.Id, Seen = cancelled.Version, Reason = "Not needed" }, desk.Analyst));
        var approved = await plan.SubmitAsync();
        await plan.ApproveAsync(approved);
        approved = await plan.SubmissionAsync(approved.Id);
        var before = await StoredAsync(desk);

        var id = await BegunAsync(desk, old, "bsi-200-3");
        RiskDesk.Ok(await desk.Home.SendAsync(Factors(await PlanAsync(desk, id)), desk.Analyst));
        var levels = Swap.LevelsModel.Command.From(await PlanAsync(desk, id));
        levels.Tasks = follow;
        RiskDesk.Ok(await desk.Home.SendAsync(levels, desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains(follow ? "Tasks of the plan that go on with the new risks: 1" : "stay with the old risks alone and have to be linked by hand: 1", (await browser.GetAsync(desk.Home.Url("risks/exercises/swap/preview?id=" + id))).Text, StringComparison.Ordinal);
        var made = await ConfirmAsync(desk, id);

        // The old assessment, its risks and the approval of its plan are as they were.
        var after = await StoredAsync(desk);
        Assert.All(before, b => Assert.Equal(b.Value, after[b.Key]));
        var standing = await plan.StandingAsync(approved);
        Assert.Equal((standing.Total, false), (standing.Standing, standing.Changed));
        var successor = (await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made))).Single(r => r.PredecessorId == mine.Id);
        Assert.Equal(follow ? [mine.Id, successor.Id] : [mine.Id], (await plan.TaskAsync(task.Id)).RiskIds);
        Assert.Equal([mine.Id], (await plan.TaskAsync(cancelled.Id)).RiskIds);

        // Once the new one runs, the plan is about it: the task is part of it, or pointed out.
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = old, Seen = (await desk.Home.FindAsync<Exercise>(old))!.Version }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = made, Seen = 1 }, desk.Analyst));
        var draft = (await desk.Home.RunAsync(s => s.GetRequiredService<IsmsModular.Risks.Plan.PlanDrafts>().PrepareAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), CancellationToken.None)))!;
        Assert.Equal(!follow, draft.Obstacles.Any(o => o.Key == "plan.obstacle.elsewhere"));
        Assert.Equal(follow ? 1 : 0, draft.Tasks);
        Assert.Equal(follow ? 1 : 2, draft.Obstacles.Single(o => o.Key == "plan.obstacle.notask").Count);

        // A later date of the task takes no acceptance out of the record that the old assessment is now.
        var edit = IsmsModular.Risks.Plan.EditModel.Command.Of(await plan.TaskAsync(task.Id)) with { CostOnce = 5000 };
        RiskDesk.Ok(await desk.Home.SendAsync(edit, desk.Analyst));
        Assert.Equal(AcceptanceState.Accepted, (await desk.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Ratings_carried_over_are_confirmed_together_with_one_reason_and_each_as_it_was_seen()
    {
        var (desk, old) = await RatedDeskAsync();
        var made = await ChangedAsync(desk, old);
        var carried = await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("carried", "yes"));
        var page = desk.Home.Url($"risks/register/confirm?f.exercise={made}&f.carried=yes");
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("There is nothing to confirm", (await browser.GetAsync(page)).Text, StringComparison.Ordinal);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = made, Seen = 1 }, desk.Analyst));

        // By the register: chosen, or all of the filter.
        var register = await browser.GetAsync(desk.Home.Url($"risks/register?f.exercise={made}&f.carried=yes"));
        Assert.Contains("Confirm all of this filter (3)", register.Text, StringComparison.Ordinal);
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(register.Body, "name=\"ids\""));
        Assert.DoesNotContain("name=\"ids\"", (await browser.GetAsync(desk.Home.Url($"risks/register?f.exercise={made}"))).Body, StringComparison.Ordinal);
        var one = await browser.GetAsync(desk.Home.Url("risks/register/confirm?ids=" + carried[0].Id));
        Assert.Contains("Confirm ratings (1)", one.Text, StringComparison.Ordinal);
        var all = await browser.GetAsync(page);
        Assert.Contains("Confirm ratings (3)", all.Text, StringComparison.Ordinal);
        Assert.All(carried, r => Assert.Contains($"value=\"{r.Id}:{r.Version}\"", all.Body, StringComparison.Ordinal));

        var command = new ConfirmModel.Command { Rows = [.. carried.Select(ConfirmModel.Command.Row)] };
        RiskDesk.Refused("carried.many.reason.needed", await desk.Home.SendAsync(command, desk.Analyst));
        command.Reason = "Looked at in the meeting of the owners";

        // One of them changed meanwhile, or belongs to somebody else: none is confirmed.
        var changed = IsmsModular.Risks.Register.EditModel.Command.From(carried[1]);
        changed.Title = "Other words";
        RiskDesk.Ok(await desk.Home.SendAsync(changed, desk.Analyst));
        Assert.Equal([carried[1].Reference], RiskDesk.Refused("carried.many.changed", await desk.Home.SendAsync(command, desk.Analyst)).Arguments);
        var refused = await browser.PostAsync(desk.Home.Url("risks/register/confirm"), new() { ["Input.Reason"] = command.Reason }, form: page, more: [.. command.Rows.Select(r => ("Input.Rows", r))]);
        RiskDesk.Is(HttpStatusCode.Conflict, refused);
        Assert.Contains(command.Reason, refused.Text, StringComparison.Ordinal);
        Assert.Contains($"{carried[1].Id}:{carried[1].Version + 1}", refused.Body, StringComparison.Ordinal);
        command.Rows[1] = $"{carried[1].Id}:{carried[1].Version + 1}";
        RiskDesk.Refused("risk.notyours", await desk.Home.SendAsync(command, await desk.Home.MemberAsync("Head of Finance", Role.RiskOwner)));
        Assert.All(await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("state", RiskState.Rated)), r => Assert.NotNull(r.Current!.CarriedBy));
        Assert.Equal("error.notfound", Assert.Single((await desk.Home.SendAsync(new ConfirmModel.Command { Rows = ["01ARZ3NDEKTSV4RRFFQ69G5FAV:1"], Reason = "x" }, desk.Analyst)).Errors).Message);

        Assert.Equal(3, RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst)).Count);
        Assert.Empty(await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made).Where("carried", "yes")));
        Assert.Contains(command.Reason, (await browser.GetAsync(desk.Home.Url("history?id=" + carried[0].Id))).Text, StringComparison.Ordinal);
        RiskDesk.Refused("carried.many.changed", await desk.Home.SendAsync(command, desk.Analyst));
        command.Rows = [.. (await Task.WhenAll(carried.Select(r => desk.RiskAsync(r.Id)))).Select(ConfirmModel.Command.Row)];
        RiskDesk.Refused("carried.none", await desk.Home.SendAsync(command, desk.Analyst));
    }

    [Fact]
    public async Task Is_refused_when_a_risk_changed_after_the_preview()
    {
        var (desk, old) = await RatedDeskAsync();
        var id = await BegunAsync(desk, old, "bsi-200-3");
        await ThroughAsync(desk, id);
        var (seen, print) = await PreviewAsync(desk, id);
        var risk = (await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", old))).Single(r => r.Title == "Medium, medium");
        RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "very-high", "very-high"));

        RiskDesk.Refused("swap.changedsince", await desk.Home.SendAsync(new Swap.PreviewModel.Confirm { Id = id, Seen = seen, Print = print }, desk.Analyst));
        Assert.Single(await desk.Home.QueryAsync<Exercise>());
        await ConfirmAsync(desk, id);
    }

    [Fact]
    public async Task Keeps_the_method_of_the_new_plan_since_ratings_stand_on_it()
    {
        var (desk, old) = await RatedDeskAsync();
        var made = await ChangedAsync(desk, old);
        var command = Exercises.EditModel.Command.From((await desk.Home.FindAsync<Exercise>(made))!);
        command.Name = "Renamed";
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        (command.Seen, command.MethodologyId, command.Parameters) = (2, "dread", null);
        RiskDesk.Refused("exercise.method.fixed", await desk.Home.SendAsync(command, desk.Analyst));
    }

    [Fact]
    public async Task The_new_plan_can_still_be_edited_after_its_own_method_got_a_newer_version()
    {
        var (desk, old) = await RatedDeskAsync();
        var own = (await desk.Home.FindAsync<OwnMethodology>(await BuildingAMethodology.BeginAsync(desk.Home, "4")))!;
        RiskDesk.Ok(await BuildingAMethodology.PublishAsync(desk.Home, own));
        var id = await BegunAsync(desk, old, own.MethodologyId);
        await ThroughAsync(desk, id);
        var made = await ConfirmAsync(desk, id);
        own = (await desk.Home.FindAsync<OwnMethodology>(own.Id))!;
        var changed = Declarations.Read(own.Draft);
        changed.Steps[0].Cells[0][3] = "3";
        Assert.Equal(2, RiskDesk.Ok(await BuildingAMethodology.PublishAsync(desk.Home, own, changed)));

        using var browser = await desk.Analyst.SignInAsync();
        var form = await browser.GetAsync(desk.Home.Url("risks/exercises/edit?id=" + made));
        Assert.Contains("version 1", form.Text, StringComparison.OrdinalIgnoreCase);
        var command = Exercises.EditModel.Command.From((await desk.Home.FindAsync<Exercise>(made))!);
        command.CriteriaNote = "Revised";
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        var saved = (await desk.Home.FindAsync<Exercise>(made))!;
        Assert.Equal(("Revised", "1"), (saved.Criteria.Note, saved.Declaration!["version"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Refuses_the_same_method_a_plan_not_begun_and_levels_in_reverse()
    {
        var (desk, old) = await RatedDeskAsync();
        RiskDesk.Refused("swap.samemethod", await desk.Home.SendAsync(Begin(old, "matrix"), desk.Analyst));
        var planned = await desk.PlanAsync();
        RiskDesk.Refused("swap.planned", await desk.Home.SendAsync(Begin(planned, "ale"), desk.Analyst));

        var id = await BegunAsync(desk, old, "bsi-200-3");
        RiskDesk.Ok(await desk.Home.SendAsync(new Swap.FactorsModel.Command { Id = id, Seen = 1 }, desk.Analyst));
        var plan = await PlanAsync(desk, id);
        var levels = Swap.LevelsModel.Command.From(plan);
        levels.Levels["very-low"] = plan.After.Levels[^1].Key;
        var error = Assert.Single((await desk.Home.SendAsync(levels, desk.Analyst)).Errors.DistinctBy(e => e.Message));
        Assert.Equal("swap.levels.order", error.Message);

        var criteria = Swap.LevelsModel.Command.From(plan);
        criteria.Handling["very-high"] = Handling.Acceptable;
        error = Assert.Single((await desk.Home.SendAsync(criteria, desk.Analyst)).Errors);
        Assert.Equal(("exercise.handling.order", "Handling[very-high]"), (error.Message, error.Field));
    }

    [Fact]
    public async Task Levels_put_aside_with_errors_are_asked_for_before_the_preview()
    {
        var (desk, old) = await RatedDeskAsync();
        var id = await BegunAsync(desk, old, "ale");
        RiskDesk.Ok(await desk.Home.SendAsync(Factors(await PlanAsync(desk, id)), desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();
        foreach (var (accept, bound, error) in new (double?, string, string)[] { (null, "1000", "swap.acceptupto.needed"), (5, "10", "swap.bounds.order") })
        {
            var levels = Swap.LevelsModel.Command.From(await PlanAsync(desk, id));
            (levels.AcceptUpTo, levels.Bounds["low"], levels.Bounds["medium"], levels.Unchecked) = (accept, "100", bound, true);
            RiskDesk.Ok(await desk.Home.SendAsync(levels, desk.Analyst));

            Assert.Equal(desk.Home.Url("risks/exercises/swap/levels?id=" + id), (await browser.GetAsync(desk.Home.Url("risks/exercises/swap/preview?id=" + id))).Location);
            levels = Swap.LevelsModel.Command.From(await PlanAsync(desk, id));
            RiskDesk.Refused("swap.incomplete", await desk.Home.SendAsync(new Swap.PreviewModel.Confirm { Id = id, Seen = levels.Seen }, desk.Analyst));
            Assert.Equal(bound, levels.Bounds["medium"]);
            RiskDesk.Refused(error, await desk.Home.SendAsync(levels, desk.Analyst));
        }
    }

    [Fact]
    public async Task A_change_that_ended_before_its_page_was_shown_leads_to_what_it_made()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.Home.RunAsync(async s =>
        {
            var http = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = s };
            var action = new Microsoft.AspNetCore.Mvc.ActionContext(http, new(), new());
            var page = new Swap.PreviewModel(new Ended(), s.GetRequiredService<WorkspaceContext>(), s.GetRequiredService<IsmsModular.Platform.Text.IWords>())
            {
                PageContext = new(action),
                Url = new Microsoft.AspNetCore.Mvc.Routing.UrlHelper(action),
                TempData = new Microsoft.AspNetCore.Mvc.ViewFeatures.TempDataDictionary(http, s.GetRequiredService<Microsoft.AspNetCore.Mvc.ViewFeatures.ITempDataProvider>()),
            };
            await (await page.OnPostAsync(new() { Id = "change" }, CancellationToken.None)).ExecuteResultAsync(action);
            Assert.Equal(desk.Home.Url("risks/exercises/compare?id=made"), http.Response.Headers.Location);
            return true;
        });
    }

    [Fact]
    public async Task A_preview_of_what_was_entered_before_is_not_shown_for_what_was_entered_since()
    {
        var (desk, old) = await RatedDeskAsync();
        var id = await BegunAsync(desk, old, "bsi-200-3");
        await ThroughAsync(desk, id);
        var before = await PlanAsync(desk, id);
        var levels = Swap.LevelsModel.Command.From(before);
        foreach (var level in levels.Handling.Keys)
            levels.Handling[level] = Handling.Acceptable;
        RiskDesk.Ok(await desk.Home.SendAsync(levels, desk.Analyst));

        // Somebody read the change just before that, and computes it just after.
        var stale = await desk.Home.RunAsync(async s => (await s.GetRequiredService<Carrying>().Preview(s.GetRequiredService<WorkspaceContext>().OpenSession(), before).Task).Print());
        Assert.NotEqual(stale, (await PreviewAsync(desk, id)).Print);
    }

    [Fact]
    public async Task A_comparison_by_earlier_criteria_is_not_shown_for_later_ones_nor_kept_while_a_method_is_missing()
    {
        var (desk, old) = await RatedDeskAsync();
        var made = await ChangedAsync(desk, old);
        var (source, result) = ((await desk.Home.FindAsync<Exercise>(old))!, (await desk.Home.FindAsync<Exercise>(made))!);
        var later = (await desk.Home.FindAsync<Exercise>(made))!;
        later.Criteria = new() { Acceptable = [.. (await desk.Home.QueryAsync<Risk>(Query.All.Where("exercise", made))).Select(r => r.Current?.Level).OfType<string>()] };
        await desk.PutAsync(later);
        Task<Comparison> Compared(Exercise before, Exercise now) => desk.Home.RunAsync(s => s.GetRequiredService<Comparisons>().OfAsync(before, now, CancellationToken.None));
        Assert.NotEqual((await Compared(source, result)).Print(), (await Compared(source, later)).Print());

        Assert.Same(await Compared(source, later), await Compared(source, later));
        later.MethodologyId = "missing";
        Assert.NotSame(await Compared(source, later), await Compared(source, later));
    }

    /// <summary>Answers as if a change were begun and had ended when it is looked for.</summary>
    private sealed class Ended : MediatR.IMediator
    {
        public Task<TResponse> Send<TResponse>(MediatR.IRequest<TResponse> request, CancellationToken cancellationToken = default) => Task.FromResult((TResponse)(request switch
        {
            Swap.PreviewModel.Confirm => (object?)(Platform.Results.Result<string>)"",
            Swap.PreviewModel.Made => "made",
            _ => null,
        })!);

        public Task<object?> Send(object request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish(object notification, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish<TNotification>(TNotification notification, CancellationToken cancellationToken = default)
            where TNotification : MediatR.INotification => throw new NotSupportedException();
    }

    [Fact]
    public async Task Is_for_who_may_edit_assessments_and_only_in_its_own_workspace()
    {
        var (desk, old) = await RatedDeskAsync();
        var id = await BegunAsync(desk, old, "ale");
        using var owner = await desk.Home.SignedInAsync(Role.Employee);
        Assert.NotEqual(HttpStatusCode.OK, (await owner.GetAsync(desk.Home.Url("risks/exercises/swap?id=" + old))).Status);
        Assert.False((await desk.Home.SendAsync(new Swap.PreviewModel.Confirm { Id = id }, desk.Owner)).Succeeded);

        var other = await app.NewWorkspaceAsync("other");
        using var stranger = await other.SignedInAsync(Role.LeadTeam);
        foreach (var page in new[] { "swap?id=" + old, "swap?change=" + id, "swap/factors?id=" + id, "swap/levels?id=" + id, "swap/preview?id=" + id, "compare?id=" + old })
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(other.Url("risks/exercises/" + page))).Status);
    }

    [Fact]
    public async Task Goes_through_for_every_shipped_method()
    {
        var (desk, old) = await RatedDeskAsync();
        var methods = await desk.Home.RunAsync(async s => (await s.GetRequiredService<IWorkspaceMethodologies>().AllAsync()).Select(m => m.Id).ToList());
        foreach (var method in methods.Where(m => m != "matrix"))
        {
            var id = await BegunAsync(desk, old, method);
            var plan = await PlanAsync(desk, id);
            // What is proposed is complete or empty, never wrong; what needs a number that nobody entered is asked anew.
            foreach (var field in (await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<Carrying>().Check(plan)))).Select(e => e.Field!))
                Assert.True(field.StartsWith("Sources[", StringComparison.Ordinal), $"{method}: {field}");
            await ThroughAsync(desk, id);
            var made = await ConfirmAsync(desk, id);
            var compared = (await desk.Home.SendAsync(new ComparePage.Query(made)))!.Compared.All;
            Assert.Equal(4, compared.Rows.Count);
            Assert.True(compared.Tau is null or (>= -1 and <= 1), method);
            // What was kept from the change is what comes out of the stored risks.
            await BegunAsync(desk, old, method);
            Assert.Equal(compared.Print(), (await desk.Home.SendAsync(new ComparePage.Query(made)))!.Compared.All.Print());
        }
    }

    [Fact]
    public async Task Ten_thousand_risks_go_over_in_one_save()
    {
        var home = await app.NewWorkspaceAsync("large");
        await home.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(100, 10_000, 1, null, TestContext.Current.CancellationToken));
        var source = Assert.Single(await home.QueryAsync<Exercise>());
        var begin = Begin(source.Id, "bsi-200-3");
        RiskDesk.Ok(await home.SendAsync(begin));
        var plan = await home.RunAsync(s => s.GetRequiredService<Carrying>().PlanAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), begin.Id, CancellationToken.None));
        RiskDesk.Ok(await home.SendAsync(Factors(plan!)));
        plan = await home.RunAsync(s => s.GetRequiredService<Carrying>().PlanAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), begin.Id, CancellationToken.None));
        RiskDesk.Ok(await home.SendAsync(Swap.LevelsModel.Command.From(plan!)));
        var preview = (await home.SendAsync(new Swap.PreviewModel.Query(begin.Id, new() { Path = "", Sort = "move" }, true)))!;
        Assert.Equal(10_000, preview.Compared!.All.Rows.Count);
        Assert.NotNull(preview.Compared.All.Tau);

        var made = RiskDesk.Ok(await home.SendAsync(new Swap.PreviewModel.Confirm { Id = begin.Id, Seen = preview.Plan.Change.Version, Print = preview.Compared.All.Print() }));
        var rated = await home.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().CountAsync<Risk>(Query.All.Where("exercise", made).Where("state", RiskState.Rated)));
        Assert.Equal(preview.Compared.All.Both, rated);
        Assert.Contains(preview.Compared.All.Rows, r => r.DecisionStands == true);
    }

    /// <summary>Three rated risks and one that never was.</summary>
    private async Task<(RiskDesk Desk, string Exercise)> RatedDeskAsync()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "medium", "Medium, medium");
        await desk.RatedAsync("very-high", "low", "Often, small");
        await desk.RatedAsync("low", "very-high", "Seldom, large");
        await desk.AddAsync("Never rated");
        return (desk, desk.ExerciseId);
    }

    private static Swap.IndexModel.Command Begin(string source, string method) => new() { SourceId = source, Name = "By " + method, MethodologyId = method, MethodReason = "Because" };

    private static async Task<string> BegunAsync(RiskDesk desk, string source, string method)
    {
        var begin = Begin(source, method);
        RiskDesk.Ok(await desk.Home.SendAsync(begin, desk.Analyst));
        return begin.Id;
    }

    private static async Task<ChangePlan> PlanAsync(RiskDesk desk, string id) =>
        (await desk.Home.RunAsync(s => s.GetRequiredService<Carrying>().PlanAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), id, CancellationToken.None)))!;

    /// <summary>The form of the factors as proposed; what is proposed without values is asked anew.</summary>
    private static Swap.FactorsModel.Command Factors(ChangePlan plan) => new()
    {
        Id = plan.Change.Id,
        Seen = plan.Change.Version,
        Sources = plan.Table.Parts.ToDictionary(p => p.Key, p => plan.Mapping.Values.Any(v => v.Key.StartsWith(p.Key + "|" + plan.Mapping.Sources[p.Key] + "|", StringComparison.Ordinal)) ? plan.Mapping.Sources[p.Key] : null),
    };

    /// <summary>Takes the proposals through steps 2 and 3.</summary>
    private static async Task ThroughAsync(RiskDesk desk, string id)
    {
        RiskDesk.Ok(await desk.Home.SendAsync(Factors(await PlanAsync(desk, id)), desk.Analyst));
        var levels = Swap.LevelsModel.Command.From(await PlanAsync(desk, id));
        levels.AcceptUpTo ??= 1;
        RiskDesk.Ok(await desk.Home.SendAsync(levels, desk.Analyst));
    }

    private static async Task<(long Seen, string Print)> PreviewAsync(RiskDesk desk, string id)
    {
        var preview = (await desk.Home.SendAsync(new Swap.PreviewModel.Query(id, new() { Path = "", Sort = "move" }, true), desk.Analyst))!;
        return (preview.Plan.Change.Version, preview.Compared!.All.Print());
    }

    private static async Task<string> ConfirmAsync(RiskDesk desk, string id)
    {
        var (seen, print) = await PreviewAsync(desk, id);
        return RiskDesk.Ok(await desk.Home.SendAsync(new Swap.PreviewModel.Confirm { Id = id, Seen = seen, Print = print }, desk.Analyst));
    }

    private static async Task<string> ChangedAsync(RiskDesk desk, string source)
    {
        var id = await BegunAsync(desk, source, "bsi-200-3");
        await ThroughAsync(desk, id);
        return await ConfirmAsync(desk, id);
    }

    /// <summary>Every exercise and risk as it is stored, with its version.</summary>
    private static async Task<Dictionary<string, string>> StoredAsync(RiskDesk desk)
    {
        var all = new Dictionary<string, string>();
        foreach (var e in await desk.Home.QueryAsync<Exercise>())
            all[e.Id] = e.Version + System.Text.Json.JsonSerializer.Serialize(e, StoreJson.Options);
        foreach (var r in await desk.Home.QueryAsync<Risk>())
            all[r.Id] = r.Version + System.Text.Json.JsonSerializer.Serialize(r, StoreJson.Options);
        return all;
    }

    private static Task<string?> HeadAsync(RiskDesk desk) => desk.Home.RunAsync(async s => (await s.GetRequiredService<WorkspaceContext>().OpenSession().HeadAsync())?.Hash);
}
