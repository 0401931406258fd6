using IsmsModular.Platform.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;

namespace IsmsModular.Platform.Web;

/// <summary>Joins words and layout to the program.</summary>
public static class Looks
{
    /// <summary>Registers words, and stand-ins for what the host and the modules tell the layout.</summary>
    /// <param name="services">Services.</param>
    /// <param name="content">The shipped <c>content</c> folder.</param>
    public static IServiceCollection AddLooks(this IServiceCollection services, IFileProvider content)
    {
        services.AddSingleton(s => new WordBook(content, s.GetServices<IWordSource>()));
        services.AddScoped<IWords, Words>();
        services.TryAddScoped<IShellData>(s => new PlainShellData(s.GetService<Workspaces.ICurrentUser>()));
        services.TryAddScoped<IInboxCount, EmptyInboxCount>();
        return services;
    }
}
