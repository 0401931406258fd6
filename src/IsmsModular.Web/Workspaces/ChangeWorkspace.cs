using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.Workspaces;

/// <summary>What the system administrator does to a workspace.</summary>
internal static class ChangeWorkspace
{
    [Requires(Area.System, Verb.Administer)]
    public sealed record Rename(string Id, string Name, long Seen) : ICommand<Done>;

    /// <summary>Makes it read only, or takes that back.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Archive(string Id, bool IsArchived) : ICommand<Done>;

    internal sealed class Validator : AbstractValidator<Rename>
    {
        public Validator() => RuleFor(c => c.Name).IsPersonName();
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, TimeProvider time) : ICommandHandler<Rename, Done>, ICommandHandler<Archive, Done>
    {
        public Task<Result<Done>> Handle(Rename request, CancellationToken cancellationToken) =>
            Change(request.Id, request.Seen, "workspace.rename", w => w.Name = request.Name.Trim(), cancellationToken);

        public Task<Result<Done>> Handle(Archive request, CancellationToken cancellationToken) =>
            Change(request.Id, null, request.IsArchived ? "workspace.archive" : "workspace.unarchive", w => w.ArchivedAt = request.IsArchived ? w.ArchivedAt ?? time.GetUtcNow() : null, cancellationToken);

        private async Task<Result<Done>> Change(string id, long? seen, string action, Action<Workspace> change, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Workspace>(id, cancellationToken) is not { } workspace)
                return Error.NotFound();
            change(workspace);
            session.Update(workspace, seen ?? workspace.Version, action);
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}
