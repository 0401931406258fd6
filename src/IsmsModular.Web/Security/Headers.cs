using Microsoft.AspNetCore.HostFiltering;
using IsmsModular.Web.Hosting;
using NetEscapades.AspNetCore.SecurityHeaders.Infrastructure;

namespace IsmsModular.Web.Security;

/// <summary>What browsers are told about every answer.</summary>
internal static class Headers
{
    public static HeaderPolicyCollection Policies { get; } = new HeaderPolicyCollection()
        .AddFrameOptionsDeny()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicySameOrigin()
        .RemoveServerHeader()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().None();
            csp.AddScriptSrc().Self();
            csp.AddStyleSrc().Self();
            csp.AddImgSrc().Self().Data();
            csp.AddFontSrc().Self();
            csp.AddConnectSrc().Self();
            csp.AddFormAction().Self();
            csp.AddFrameAncestors().None();
            csp.AddBaseUri().None();
        })
        .AddCrossOriginOpenerPolicy(p => p.SameOrigin())
        .AddCrossOriginResourcePolicy(p => p.SameOrigin())
        .AddPermissionsPolicy(p =>
        {
            p.AddCamera().None();
            p.AddMicrophone().None();
            p.AddGeolocation().None();
        });

    /// <summary>Files with a version in their address may be kept for a year.</summary>
    public static StaticFileOptions StaticFiles { get; } = new()
    {
        OnPrepareResponse = c => c.Context.Response.Headers.CacheControl = c.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache",
    };

    /// <summary>Pages are not kept by browsers or proxies; a fragment is not taken for its page.</summary>
    public static void UseHtmlNotStored(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true || context.Response.StatusCode is >= 300 and < 400)
            {
                headers.CacheControl = "no-store";
                headers.Append("Vary", "HX-Request");
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>Answers loopback names, the names listened on, and what the operator names; behind a proxy without names, any.</summary>
    public static void AddHostNames(this IServiceCollection services, HostSettings settings)
    {
        string[] listened = [.. settings.Urls.Select(u => BindingAddress.Parse(u).Host).Where(h => h is not ("*" or "+" or "0.0.0.0" or "[::]"))];
        var any = settings.HostNames.Count == 0 && (settings.KnownProxies is not null || listened.Length < settings.Urls.Count);
        services.Configure<HostFilteringOptions>(o => o.AllowedHosts = any ? ["*"] : ["localhost", "127.0.0.1", "[::1]", .. listened, .. settings.HostNames]);
    }
}
