using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Security;

namespace IsmsModular.Web.Workspaces;

/// <summary>The system administrator gives an account roles in a workspace, until a date when one is named.</summary>
internal static class SetMembership
{
    /// <param name="WorkspaceId">Where.</param>
    /// <param name="AccountId">Who.</param>
    /// <param name="Roles">Roles, replacing those held.</param>
    /// <param name="PersonId">Person of the workspace; null: the one linked, or of the account's name.</param>
    /// <param name="Until">Last day.</param>
    /// <param name="Seen">Version of the membership that was seen, 0 when there was none; null to change it whatever its version.</param>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Command(string WorkspaceId, string AccountId, List<Role> Roles, string? PersonId = null, DateOnly? Until = null, long? Seen = null) : ICommand<Membership>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.AccountId).NotEmpty().WithMessage("validation.required");
            RuleFor(c => c.WorkspaceId).NotEmpty().WithMessage("validation.required");
            RuleFor(c => c.Roles).NotEmpty().WithMessage("membership.roles.none");
            RuleForEach(c => c.Roles).IsInEnum().WithMessage("validation.value");
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, Memberships memberships, TimeProvider time) : ICommandHandler<Command, Membership>
    {
        public async Task<Result<Membership>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Workspace>(request.WorkspaceId, cancellationToken) is not { } workspace)
                return Error.NotFound(field: nameof(request.WorkspaceId));
            // Who decides in a workspace does not lengthen the own time there, system administrator or not.
            if (request.AccountId == user.AccountId
                && OwnDecisions.Gained(await directory.MembershipAsync(request.AccountId, workspace.Id, cancellationToken), request.Roles, request.PersonId, request.Until) == nameof(Membership.Until)
                && await SegregationException.HoldingAsync(stores.Workspace(workspace.Id).OpenSession(user.Actor), workspace.Today(time), cancellationToken) is null)
            {
                return Error.Invalid("members.own.until", nameof(request.Until));
            }

            var given = await memberships.GiveAsync(session, workspace, request.AccountId, request.Roles, request.PersonId, request.Until, nameof(request.AccountId), request.Seen, cancellationToken);
            if (!given.Succeeded)
                return given;
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? given : saved.Errors.ToList();
        }
    }
}
