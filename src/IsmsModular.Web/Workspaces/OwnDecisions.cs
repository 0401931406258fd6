using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Web.Workspaces;

/// <summary>What nobody gives himself: the right to approve or accept, another person to do so as, or a longer time for it.</summary>
internal static class OwnDecisions
{
    /// <summary>Field by which the account would come to decide more, or longer, than before; null when it does not.</summary>
    public static string? Gained(Membership? before, IReadOnlyList<Role> roles, string? personId, DateOnly? until)
    {
        var decisions = Of(roles);
        if (!decisions.IsSubsetOf(Of(before?.Roles ?? [])))
            return nameof(Membership.Roles);
        if (decisions.Count == 0)
            return null;
        if (personId is not null && personId != before?.PersonId)
            return nameof(Membership.PersonId);
        return before?.Until is { } end && (until is null || until > end) ? nameof(Membership.Until) : null;
    }

    private static HashSet<(Area Area, Verb Verb)> Of(IEnumerable<Role> roles) => [.. roles.SelectMany(RightsTable.Of).Where(r => r.Verb is Verb.Approve or Verb.Accept)];
}
