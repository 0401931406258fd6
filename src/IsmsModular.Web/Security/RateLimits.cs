using System.Net;
using System.Net.Sockets;
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
            ? RateLimitPartition.GetFixedWindowLimiter(name + Caller(context.Connection.RemoteIpAddress), _ => new() { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(""));
    });

    /// <summary>Who is counted: an IPv4 address, or the /64 network of an IPv6 one, since whoever has one has all of it.</summary>
    public static string Caller(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
