using System.Net;
using IsmsModular.Web.Security;

namespace IsmsModular.Tests.Security;

public sealed class LimitingGuesses
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    public void Counts_an_IPv4_address_or_an_IPv6_network_as_one_caller(string one, string other, bool same) =>
        Assert.Equal(same, RateLimits.Caller(IPAddress.Parse(one)) == RateLimits.Caller(IPAddress.Parse(other)));
}
