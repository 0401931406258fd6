using System.Threading.RateLimiting;
using IsmsModular.Web.Hosting;

namespace IsmsModular.Web.Security;

/// <summary>How often one address may try secrets.</summary>
internal static class RateLimits
{
    /// <summary>Policy for pages that take a password or a token.</summary>
    public const string Secrets = "secrets";

    /// <summary>Policy for the set-up page.</summary>
    public const string Setup = "setup";

    public static void AddRateLimits(this IServiceCollection services, HostSettings settings) => services.AddRateLimiter(o =>
    {
        o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        o.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "60";
            return ValueTask.CompletedTask;
        };
        Add(Secrets, settings.SecretsPerMinute);
        Add(Setup, 10);

        void Add(string name, int perMinute) => o.AddPolicy(name, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(name + context.Connection.RemoteIpAddress, _ => new() { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(""));
    });
}
