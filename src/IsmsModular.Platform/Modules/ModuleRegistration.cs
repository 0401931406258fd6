using System.Reflection;
using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Rights;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Scrutor;

namespace IsmsModular.Platform.Modules;

/// <summary>The modules of this program. Singleton.</summary>
/// <param name="Modules">In order of name.</param>
/// <param name="Assemblies">Platform, host and modules: where conventions look.</param>
public sealed record ModuleSet(IReadOnlyList<IModule> Modules, IReadOnlyList<Assembly> Assemblies)
{
    /// <summary>Steps of the journey, in order.</summary>
    public IReadOnlyList<NavigationEntry> Navigation { get; } = [.. Modules.SelectMany(m => m.Navigation).OrderBy(n => n.Order)];

    /// <summary>What the modules store in a workspace's file.</summary>
    public IReadOnlyList<Store.DocumentMap> Documents { get; } = [.. Modules.SelectMany(m => m.Documents)];
}

/// <summary>Registers modules and everything that is found by convention. This file and its neighbours in <c>Mediation</c> are the only ones that know MediatR's version.</summary>
public static class ModuleRegistration
{
    /// <summary>Adds the modules of these assemblies, handlers, validators, behaviours, repositories and reports.</summary>
    /// <exception cref="InvalidOperationException">A command names no right, or two handlers answer one request.</exception>
    public static ModuleSet AddModules(this IServiceCollection services, IReadOnlyList<Assembly> assemblies)
    {
        IModule[] modules = [.. assemblies.SelectMany(a => a.GetTypes()).Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IModule))).Select(t => (IModule)Activator.CreateInstance(t)!).OrderBy(m => m.Name, StringComparer.Ordinal)];
        var set = new ModuleSet(modules, [typeof(ModuleRegistration).Assembly, .. assemblies.Where(a => a != typeof(ModuleRegistration).Assembly)]);
        if (CommandsWithoutRight(set.Assemblies).FirstOrDefault() is { } open)
            throw new InvalidOperationException($"{open.FullName} names no right: give it [Requires], [SignedIn] or [AllowAnonymous].");

        services.AddSingleton(set);
        services.AddScoped<IMediator, Dispatcher>();
        services.AddScoped<BoundInput>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(RightsBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(InputBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehaviour<,>));
        services.Scan(scan => scan.FromAssemblies(set.Assemblies)
            .AddClasses(c => c.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false)
                .UsingRegistrationStrategy(RegistrationStrategy.Throw).As(t => Closing(t, typeof(IRequestHandler<,>))).WithScopedLifetime()
            .AddClasses(c => c.AssignableTo(typeof(INotificationHandler<>)), publicOnly: false)
                .UsingRegistrationStrategy(RegistrationStrategy.Append).As(t => Closing(t, typeof(INotificationHandler<>))).WithScopedLifetime()
            .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false)
                .UsingRegistrationStrategy(RegistrationStrategy.Append).As(t => Closing(t, typeof(IValidator<>))).WithScopedLifetime()
            .AddClasses(c => c.AssignableTo<IReport>(), publicOnly: false)
                .UsingRegistrationStrategy(RegistrationStrategy.Append).As<IReport>().WithScopedLifetime()
            .AddClasses(c => c.Where(t => t.Name.EndsWith("Repository", StringComparison.Ordinal)), publicOnly: false)
                .UsingRegistrationStrategy(RegistrationStrategy.Throw).AsSelfWithInterfaces().WithScopedLifetime());
        foreach (var module in modules)
        {
            services.AddSingleton(module);
            module.Register(services);
        }

        return set;
    }

    /// <summary>Commands that anybody could send.</summary>
    internal static IEnumerable<Type> CommandsWithoutRight(IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(a => a.GetTypes())
            .Where(t => t is { IsAbstract: false, IsInterface: false } && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICommand<>)))
            .Where(t => !t.IsDefined(typeof(RequiresAttribute)) && !t.IsDefined(typeof(SignedInAttribute)) && !t.IsDefined(typeof(AllowAnonymousAttribute)));

    private static IEnumerable<Type> Closing(Type type, Type contract) => type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == contract);
}
