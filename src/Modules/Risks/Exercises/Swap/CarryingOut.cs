using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Carries a change of method out, in one save. Scoped.</summary>
internal sealed class CarryingOut(WorkspaceContext ws, Carrying carrying, Comparisons comparisons)
{
    private const int ReportEach = 100;

    /// <summary>Makes the new exercise with every risk. Answers its id.</summary>
    public async Task<Result<string>> RunAsync(PreviewModel.Confirm request, IProgress<SwapJobs.At> progress, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
            return Error.NotFound();
        if (carrying.Incomplete(plan) is not null)
            return Error.Invalid("swap.incomplete");
        var preview = await carrying.Preview(session, plan).Task;
        if (preview.Print() != request.Print)
            return Error.Conflict("swap.changedsince");

        var exercise = plan.Result;
        exercise.Parameters ??= plan.Rater.Method.DefaultParameters;
        session.Next("EX", n => exercise.Reference = $"EX-{n:00}");
        session.Add(exercise, "exercise.swap", plan.Change.MethodReason);
        var before = new List<RiskBrief>();
        var copies = new Dictionary<string, Risk>(StringComparer.Ordinal);
        await foreach (var carried in carrying.StreamAsync(session, plan, cancellationToken))
        {
            var copy = copies[carried.Old.Id] = carrying.Copy(plan, carried);
            session.Next("RISK", n => copy.Reference = $"RISK-{n:0000}");
            session.Add(copy, "risk.swap");
            before.Add(RiskBrief.Of(carried.Old));
            if (copies.Count % ReportEach == 0)
                progress.Report(new("risks", copies.Count, preview.Rows.Count));
        }

        // Risks that a decision to share brought about have their successors too.
        foreach (var copy in copies.Values.Where(c => c.Treatment is { NewRiskIds.Count: > 0 }))
            copy.Treatment = copy.Treatment!.With([.. copy.Treatment.NewRiskIds.Select(id => copies.GetValueOrDefault(id)?.Id ?? id)]);
        if (plan.Mapping.Tasks)
            await TaskLinks.FollowAsync(session, copies.ToDictionary(c => c.Key, c => c.Value.Id), cancellationToken);

        plan.Change.DoneAt = ws.Now;
        session.Update(plan.Change, request.Seen, "change.carryout");
        session.Guard(plan.Source);
        var saved = await session.SaveAsync((done, all) => progress.Report(new(done < all ? "saving" : "disk", done, all)), cancellationToken);
        if (!saved.Succeeded)
            return (List<Error>)[.. saved.Errors];
        comparisons.Keep(plan, [.. before.Select(b => ((RiskBrief?)b, (RiskBrief?)RiskBrief.Of(copies[b.Id!]), (IReadOnlyList<string>)[]))], saved.Value.Sequence);
        return exercise.Id;
    }
}
