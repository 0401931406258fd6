using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Web.Workspaces;

/// <summary>The system administrator takes an account's membership of a workspace.</summary>
internal static class RemoveMembership
{
    [Requires(Area.System, Verb.Administer)]
    public sealed record Command(string WorkspaceId, string AccountId) : ICommand<Done>;

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, Memberships memberships) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            var taken = await memberships.TakeAsync(session, request.WorkspaceId, request.AccountId, cancellationToken);
            if (!taken.Succeeded)
                return taken;
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}
