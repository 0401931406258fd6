using System.Globalization;
using System.Security.Claims;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace IsmsModular.Web.Security;

/// <summary>Sessions: a cookie with the account's id and stamp, compared with the account at every request.</summary>
internal static class Sessions
{
    private const string Began = "began";

    /// <summary>From sign-in to the end, however busy the session is.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static void AddSessions(this IServiceCollection services)
    {
        services.AddAuthentication(SignInGate.Scheme).AddCookie(SignInGate.Scheme, o =>
        {
            o.Cookie.Name = "isms";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            // Plain HTTP is served on loopback only; everywhere else this is Secure.
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.ExpireTimeSpan = TimeSpan.FromHours(8);
            o.SlidingExpiration = true;
            o.LoginPath = "/sign-in";
            o.ReturnUrlParameter = "to";
            o.Events.OnSigningIn = Begin;
            o.Events.OnValidatePrincipal = Validate;
            o.Events.OnRedirectToLogin = Challenge;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Notes when the session began; a session that is kept brings its note along.</summary>
    private static Task Begin(CookieSigningInContext context)
    {
        if (context.Properties.GetString(Began) is null)
            context.Properties.SetString(Began, Now(context.HttpContext).ToString("O", CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    private static bool IsTooOld(CookieValidatePrincipalContext context) =>
        !DateTimeOffset.TryParse(context.Properties.GetString(Began), CultureInfo.InvariantCulture, out var began) || Now(context.HttpContext) - began > Longest;

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var id = context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier);
        var account = id is null ? null : await services.GetRequiredService<SystemDirectory>().AccountAsync(id, context.HttpContext.RequestAborted);
        if (account is { State: AccountState.Active } && !IsTooOld(context) && account.SecurityStamp == context.Principal!.FindFirstValue(SignInGate.StampClaim))
            services.GetRequiredService<CurrentUser>().Become(account);
        else
            context.RejectPrincipal();
    }

    private static Task Challenge(RedirectContext<CookieAuthenticationOptions> context)
    {
        // A fragment cannot show the sign-in page: htmx is told to leave the page.
        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers["HX-Redirect"] = context.RedirectUri;
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }
}
