namespace IsmsModular.Web.Hosting;

/// <summary>Lets a change of code plugins rebuild the host in this process.</summary>
internal sealed class HostRestart(IHostApplicationLifetime lifetime)
{
    /// <summary>Whether the host is to be built again after it stopped.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Stops this host and builds it again.</summary>
    public void Ask()
    {
        IsAsked = true;
        lifetime.StopApplication();
    }
}
