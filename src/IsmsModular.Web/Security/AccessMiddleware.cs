using System.Collections.Concurrent;
using System.Reflection;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Security;

/// <summary>Decides before any page runs: signed in? member of the workspace in the address (else 404)? right of the page (else 403)? A page that names no right is closed. Then speaks the reader's language.</summary>
internal sealed class AccessMiddleware(RequestDelegate next)
{
    private static readonly ConcurrentDictionary<TypeInfo, PageAccess> Pages = new();

    public async Task InvokeAsync(HttpContext context, CurrentUser user, WorkspaceContext workspace, SystemDirectory directory, TimeProvider time)
    {
        var refused = await Refusal(context, user, workspace, directory, time);
        LanguageChoice.Apply(context, user.Language, workspace.IsSet ? workspace.Workspace.Language : null);
        if (refused is null)
            await next(context);
        else if (refused == StatusCodes.Status401Unauthorized)
            await context.ChallengeAsync();
        else
            context.Response.StatusCode = refused.Value;
    }

    private static async Task<int?> Refusal(HttpContext context, CurrentUser user, WorkspaceContext workspace, SystemDirectory directory, TimeProvider time)
    {
        if (context.GetEndpoint() is not { } endpoint)
            return null;
        var page = endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>();
        // The page that says so is asked with the same request.
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is null && IsTooLarge(context, page))
            return StatusCodes.Status413PayloadTooLarge;
        var access = page is null ? null : Pages.GetOrAdd(page.HandlerTypeInfo, PageAccess.Of);
        if (access?.IsOpen ?? endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return null;
        if (user.AccountId is null)
            return StatusCodes.Status401Unauthorized;
        if (context.GetRouteValue(WorkspaceRoutes.Slug) is string slug && !await Enter(slug, user, workspace, directory, time, context.RequestAborted))
            return StatusCodes.Status404NotFound;
        return access?.Allows(user, workspace) == true ? null : StatusCodes.Status403Forbidden;
    }

    /// <summary>Said before anything reads the body: the readers would call it a bad request.</summary>
    private static bool IsTooLarge(HttpContext context, CompiledPageActionDescriptor? page) =>
        context.Request.ContentLength > (page?.HandlerTypeInfo.GetCustomAttributes().OfType<IRequestSizeLimitMetadata>().FirstOrDefault()?.MaxRequestBodySize ?? context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize);

    private static async Task<bool> Enter(string slug, CurrentUser user, WorkspaceContext context, SystemDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await directory.WorkspaceAsync(slug, cancellationToken) is not { } workspace || await directory.MembershipAsync(user.AccountId!, workspace.Id, cancellationToken) is not { } membership || membership.HasEnded(workspace, time))
            return false;
        context.Enter(workspace, user.Actor, membership.Roles, membership.PersonId);
        return true;
    }

    private sealed record PageAccess(bool IsOpen, bool ForAccounts, AccessAttribute? Right)
    {
        public static PageAccess Of(TypeInfo page) =>
            new(page.IsDefined(typeof(AllowAnonymousAttribute)), page.IsDefined(typeof(SignedInAttribute)), page.GetCustomAttribute<AccessAttribute>());

        public bool Allows(CurrentUser user, WorkspaceContext workspace) =>
            Right is { } right
                ? right.Area == Area.System ? user.IsSystemAdministrator : workspace.IsSet && workspace.May(right.Area, right.Verb)
                : ForAccounts;
    }
}

/// <summary>Rules of memberships.</summary>
internal static class MembershipRules
{
    /// <summary>Whether the last day lies behind, in the workspace's time zone.</summary>
    public static bool HasEnded(this Membership membership, Workspace workspace, TimeProvider time) => membership.Until is { } until && until < workspace.Today(time);

    /// <summary>Today in a workspace's time zone.</summary>
    public static DateOnly Today(this Workspace workspace, TimeProvider time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(workspace.TimeZone)).DateTime);
}
