using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Plan;

/// <summary>Tasks of the plan whose risks go on in another assessment. A task is one piece of work: it is not copied, it works on the successors as well, and keeps the risks it was made for.</summary>
internal static class TaskLinks
{
    /// <summary>Adds the successors to the risks that tasks work on, in the same save.</summary>
    /// <param name="session">Unit of work.</param>
    /// <param name="successors">Risk before to its successor.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task FollowAsync(IDocumentSession session, IReadOnlyDictionary<string, string> successors, CancellationToken cancellationToken)
    {
        await foreach (var task in session.StreamAsync<PlanTask>(Live, cancellationToken))
        {
            var added = task.RiskIds.Where(successors.ContainsKey).Select(id => successors[id]).Except(task.RiskIds).ToList();
            if (added.Count == 0)
                continue;
            task.RiskIds.AddRange(added);
            session.Update(task, task.Version, "task.follow");
        }
    }

    /// <summary>How many tasks work on any of these risks.</summary>
    public static async Task<int> CountAsync(IDocumentSession session, IEnumerable<string> risks)
    {
        var among = risks.ToHashSet(StringComparer.Ordinal);
        return (await session.GroupAsync<PlanTask>(Live, "risks", "id")).Where(g => g.Values[0] is string risk && among.Contains(risk)).Select(g => g.Values[1]).Distinct().Count();
    }

    private static Query Live => Query.All.WhereNot("state", PlanTaskState.Cancelled).WhereAny("risks");
}
