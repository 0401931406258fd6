using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace.Members;

/// <summary>Whoever administers the workspace gives, changes and takes memberships of it.</summary>
[Access(Area.Workspace, Verb.Administer)]
public sealed class Edit(IMediator mediator, IWords words, WorkspaceContext workspace) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>Account; null to add one by its user name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Account { get; set; }

    /// <summary>Name of the account.</summary>
    public string AccountName { get; private set; } = "";

    /// <summary>People of the workspace.</summary>
    public IReadOnlyList<Choice> PersonOptions { get; private set; } = [];

    /// <summary>Roles.</summary>
    public IReadOnlyList<Choice> RoleOptions => [.. Enum.GetValues<Role>().Select(r => new Choice(r.ToString(), words.Of(r)))];

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is not { } view)
            return NotFound();
        Input = new() { Seen = view.Version, Roles = [.. view.Roles], PersonId = view.PersonId, Until = view.Until };
        return Page();
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new Command(Account, Input.UserName, Input.Roles, string.IsNullOrEmpty(Input.PersonId) ? null : Input.PersonId, Input.Until, Input.Seen), cancellationToken);
        if (result.Succeeded)
        {
            await this.KeepOwnSessionAsync(mediator, cancellationToken);
            return this.Done(workspace.Url("members"), "membership.saved");
        }

        return await LoadAsync(cancellationToken) is null ? NotFound() : this.Refused(result);
    }

    /// <summary>Takes the membership.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new Remove(Account ?? ""), cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("members"), "membership.removed");
        return await LoadAsync(cancellationToken) is null ? NotFound() : this.Refused(result);
    }

    private async Task<View?> LoadAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(Account), cancellationToken) is not { } view)
            return null;
        AccountName = view.AccountName;
        PersonOptions = [new("", words["membership.person.byname", view.AccountName]), .. view.People.Select(p => new Choice(p.Id, p.Name, p.Unit))];
        return view;
    }

    /// <summary>The form.</summary>
    public sealed class Form
    {
        /// <summary>Version of the membership seen; 0 to add one.</summary>
        public long Seen { get; set; }

        /// <summary>User name of the account to add.</summary>
        public string? UserName { get; set; }

        /// <summary>Roles.</summary>
        public List<Role> Roles { get; set; } = [];

        /// <summary>Person.</summary>
        public string? PersonId { get; set; }

        /// <summary>Last day.</summary>
        public DateOnly? Until { get; set; }
    }

    /// <summary>What the form needs.</summary>
    public sealed record Query(string? AccountId) : IQuery<View?>;

    /// <summary>What the form shows.</summary>
    public sealed record View(string AccountName, IReadOnlyList<Role> Roles, string? PersonId, DateOnly? Until, long Version, IReadOnlyList<PersonSummary> People);

    internal sealed class QueryHandler(WorkspaceContext workspace, Memberships memberships, IPeople people) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var all = await people.AllAsync(cancellationToken: cancellationToken);
            if (request.AccountId is null)
                return new("", [], null, null, 0, all);
            var found = (await memberships.InAsync(workspace.Workspace.Id, cancellationToken)).FirstOrDefault(m => m.Account.Id == request.AccountId);
            return found.Account is null ? null : new(found.Account.Name, found.Membership.Roles, found.Membership.PersonId, found.Membership.Until, found.Membership.Version, all);
        }
    }

    /// <summary>Gives or changes a membership: of a member by id, of anybody else by user name. Nobody gives himself what decides: roles that approve or accept, another person to decide as, or a later last day to do so.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed record Command(string? AccountId, string? UserName, List<Role> Roles, string? PersonId, DateOnly? Until, long Seen) : ICommand<Done>;

    /// <summary>Takes a membership.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed record Remove(string AccountId) : ICommand<Done>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.UserName).NotEmpty().WithMessage("validation.required").When(c => c.AccountId is null);
            RuleFor(c => c.Roles).NotEmpty().WithMessage("membership.roles.none");
            RuleForEach(c => c.Roles).IsInEnum().WithMessage("validation.value");
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace, Memberships memberships) : ICommandHandler<Command, Done>, ICommandHandler<Remove, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(workspace.Actor);
            var members = await memberships.InAsync(workspace.Workspace.Id, cancellationToken);
            var accountId = request.AccountId is null
                ? (await session.QueryAsync<Web.Accounts.Account>(Platform.Store.Query.All.Where("key", Web.Accounts.Account.Key(request.UserName!)).Take(1), cancellationToken)).Items.FirstOrDefault()?.Id
                : members.FirstOrDefault(m => m.Account.Id == request.AccountId).Account?.Id;
            if (accountId is null)
                return request.AccountId is null ? Error.Invalid("account.unknown", nameof(request.UserName)) : Error.NotFound();
            if (!(Administers(request.Roles) && !(request.Until < workspace.Today)) && !AnotherAdministers(session, members, accountId))
                return Error.Invalid("members.lastadministrator", nameof(request.Roles));
            var before = members.FirstOrDefault(m => m.Account.Id == accountId).Membership;
            // The same form sent twice.
            if (request.Seen == 0 && before is not null && before.Roles.SequenceEqual(request.Roles.Distinct().Order()) && before.Until == request.Until && (request.PersonId ?? before.PersonId) == before.PersonId)
                return Done.Yes;
            if (accountId == workspace.Actor.Id && OwnDecisions.Gained(before, request.Roles, request.PersonId, request.Until) is { } field)
            {
                // Only the last day can be agreed to by an exception; roles and persons never are.
                if (field != nameof(request.Until))
                    return Error.Invalid("members.own", field);
                if (await SegregationException.HoldingAsync(workspace.OpenSession(), workspace.Today, cancellationToken) is null)
                    return Error.Invalid("members.own.until", field);
            }

            var given = await memberships.GiveAsync(session, workspace.Workspace, accountId, request.Roles, request.PersonId, request.Until, nameof(request.UserName), request.Seen, cancellationToken);
            if (!given.Succeeded)
                return given.Errors.ToList();
            return await SaveAsync(session, before is null ? "membership.add" : "membership.edit", accountId, before, given.Value, cancellationToken);
        }

        public async Task<Result<Done>> Handle(Remove request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(workspace.Actor);
            if (!AnotherAdministers(session, await memberships.InAsync(workspace.Workspace.Id, cancellationToken), request.AccountId))
                return Error.Invalid("members.lastadministrator");
            var before = await directory.MembershipAsync(request.AccountId, workspace.Workspace.Id, cancellationToken);
            var taken = await memberships.TakeAsync(session, workspace.Workspace.Id, request.AccountId, cancellationToken);
            return taken.Succeeded ? await SaveAsync(session, "membership.remove", request.AccountId, before, null, cancellationToken) : taken;
        }

        /// <summary>Memberships live in the system file; the workspace's own log says it too, with the roles before and after.</summary>
        private async Task<Result<Done>> SaveAsync(IDocumentSession session, string action, string accountId, Membership? before, Membership? after, CancellationToken cancellationToken)
        {
            var saved = await directory.SaveAsync(session, cancellationToken);
            if (!saved.Succeeded)
                return saved.Errors.ToList();
            var log = workspace.OpenSession();
            log.Log(action, accountId, null, new JsonObject { ["before"] = Logged(before), ["after"] = Logged(after) });
            var logged = await log.SaveAsync(cancellationToken);
            return logged.Succeeded ? Done.Yes : logged.Errors.ToList();
        }

        private static JsonObject? Logged(Membership? membership) => membership is null ? null : new()
        {
            ["roles"] = new JsonArray([.. membership.Roles.Select(r => JsonValue.Create((string)FieldValue.Normalise(r)!))]),
            ["personId"] = membership.PersonId,
            ["until"] = (string?)FieldValue.Normalise(membership.Until),
        };

        private static bool Administers(IEnumerable<Role> roles) => RightsTable.Allows(roles, Area.Workspace, Verb.Administer);

        /// <summary>Whether somebody else who can sign in administers the workspace too. That membership is guarded, so that two who remove each other at the same moment cannot both succeed.</summary>
        private bool AnotherAdministers(IDocumentSession session, IReadOnlyList<(Web.Accounts.Account Account, Membership Membership)> members, string accountId)
        {
            var all = members.Where(m => Administers(m.Membership.Roles) && m.Account.State == AccountState.Active && !(m.Membership.Until < workspace.Today)).ToList();
            if (all.TrueForAll(m => m.Account.Id != accountId))
                return true;
            if (all.Find(m => m.Account.Id != accountId) is not { Account: not null } another)
                return false;
            session.Guard(another.Membership);
            return true;
        }
    }
}
