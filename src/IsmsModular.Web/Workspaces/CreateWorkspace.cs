using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.Workspaces;

/// <summary>Creates a workspace and names its first member, who administers it: the system administrator has no right in a workspace by itself.</summary>
internal static class CreateWorkspace
{
    /// <param name="Name">Name of the organisation.</param>
    /// <param name="Slug">Part of the address.</param>
    /// <param name="FirstMember">Account id; null only from the command line, where the first membership may follow.</param>
    /// <param name="TimeZone">IANA time zone.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Language">en or ms.</param>
    /// <param name="Id">New id, given by the form.</param>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Command(string Name, string Slug, string? FirstMember, string TimeZone = "Asia/Kuala_Lumpur", string Currency = "MYR", string Language = "en", string? Id = null) : ICommand<Workspace>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(ICurrentUser user)
        {
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.Slug).Must(Workspace.IsSlug).WithMessage("workspace.slug.wrong");
            RuleFor(c => c.FirstMember).NotEmpty().WithMessage("validation.required").When(_ => user.AccountId != Actor.Console.Id);
            RuleFor(c => c.TimeZone).IsTimeZone();
            RuleFor(c => c.Currency).IsCurrency();
            RuleFor(c => c.Language).IsLanguage();
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value").When(c => c.Id is not null);
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, Memberships memberships) : ICommandHandler<Command, Workspace>
    {
        public async Task<Result<Workspace>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (request.Id is not null && await session.FindAsync<Workspace>(request.Id, cancellationToken) is { } already)
                return already;
            if (await directory.WorkspaceAsync(request.Slug, cancellationToken) is not null)
                return Error.Invalid("workspace.slug.taken", nameof(request.Slug));
            var workspace = new Workspace { Id = request.Id ?? Document.NewId(), Name = request.Name.Trim(), Slug = request.Slug, TimeZone = request.TimeZone, Currency = request.Currency, Language = request.Language };
            session.Add(workspace, "workspace.add");
            if (request.FirstMember is { } accountId)
            {
                var given = await memberships.GiveAsync(session, workspace, accountId, [Role.WorkspaceAdministrator, Role.Ciso], null, null, nameof(request.FirstMember), null, cancellationToken);
                if (!given.Succeeded)
                    return given.Errors.ToList();
            }

            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? workspace : saved.Errors.ToList();
        }
    }
}

/// <summary>Rules for the settings of workspaces.</summary>
internal static class WorkspaceRules
{
    public static IRuleBuilderOptions<T, string?> IsTimeZone<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(Workspace.IsTimeZone).WithMessage("workspace.timezone.wrong");

    public static IRuleBuilderOptions<T, string?> IsCurrency<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(Workspace.IsCurrency).WithMessage("workspace.currency.wrong");

    public static IRuleBuilderOptions<T, string?> IsLanguage<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(l => WordBook.Languages.Contains(l)).WithMessage("workspace.language.wrong");
}
