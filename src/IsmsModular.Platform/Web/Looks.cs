using IsmsModular.Platform.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace IsmsModular.Platform.Web;

/// <summary>Joins words and layout to the program.</summary>
public static class Looks
{
    /// <summary>Registers words. What the layout asks besides, <see cref="IShellData"/> and <see cref="IInboxCount"/>, the host adds.</summary>
    /// <param name="services">Services.</param>
    /// <param name="content">The shipped <c>content</c> folder.</param>
    public static IServiceCollection AddLooks(this IServiceCollection services, IFileProvider content)
    {
        services.AddSingleton(s => new WordBook(content, s.GetServices<IWordSource>()));
        services.AddScoped<IWords, Words>();
        return services;
    }
}
