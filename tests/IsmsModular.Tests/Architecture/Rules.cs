using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using FluentValidation;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Document = IsmsModular.Platform.Store.Document;

namespace IsmsModular.Tests.Architecture;

/// <summary>The walls of the house as questions: each answers with what breaks it.</summary>
internal static partial class Rules
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Assemblies of modules, found as the host finds them.</summary>
    public static IReadOnlyList<Assembly> Modules { get; } = [.. Web.Hosting.IsmsHost.Assemblies.Where(a => a.GetTypes().Any(t => t.IsAssignableTo(typeof(IModule)) && t.IsClass) && a.GetName().Name!.StartsWith("IsmsModular.", StringComparison.Ordinal))];

    /// <summary>Every assembly of the program.</summary>
    public static IReadOnlyList<Assembly> All { get; } = [.. Web.Hosting.IsmsHost.Assemblies, typeof(IModule).Assembly];

    /// <summary>Types of other modules that an assembly uses outside their Contracts.</summary>
    public static IEnumerable<string> ReachingIntoModules(Assembly assembly, IEnumerable<Assembly> modules)
    {
        var others = modules.Where(m => m != assembly).Select(m => m.GetName().Name!).ToHashSet();
        return UsedTypes(assembly).Where(t => others.Contains(t.Assembly) && !t.Namespace.EndsWith(".Contracts", StringComparison.Ordinal) && !t.Namespace.Contains(".Contracts.", StringComparison.Ordinal)).Select(t => $"{assembly.GetName().Name} uses {t.Namespace}.{t.Name}");
    }

    /// <summary>Names of the program's assemblies that an assembly references.</summary>
    public static IEnumerable<string> ReferencesToTheProgram(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("IsmsModular.", StringComparison.Ordinal) || n == "isms");

    /// <summary>Pages that name no right.</summary>
    public static IEnumerable<Type> PagesWithoutRight(IEnumerable<Type> types) =>
        types.Where(t => IsPage(t) && !t.IsDefined(typeof(AccessAttribute)) && !t.IsDefined(typeof(SignedInAttribute)) && !t.IsDefined(typeof(AllowAnonymousAttribute)));

    /// <summary>Handlers, validators and stored documents of modules that others could reach or extend.</summary>
    public static IEnumerable<Type> OpenInnerTypes(IEnumerable<Type> types) =>
        types.Where(t => !t.IsAbstract && t.IsClass && (Implements(t, typeof(IRequestHandler<,>)) || Implements(t, typeof(INotificationHandler<>)) || t.IsAssignableTo(typeof(IValidator)) || t.IsAssignableTo(typeof(Document))))
            .Where(t => t.IsVisible || !t.IsSealed);

    /// <summary>Public types of a module that are neither page, module class, contract, nor a plain shape (enum or record) that pages show.</summary>
    public static IEnumerable<Type> UnexpectedPublicTypes(IEnumerable<Type> types) =>
        types.Where(t => t.IsPublic && !t.IsAssignableTo(typeof(PageModel)) && !t.IsAssignableTo(typeof(IModule)) && t.Namespace?.Contains(".Contracts", StringComparison.Ordinal) != true && !t.IsEnum && t.GetMethod("<Clone>$") is null && !IsForm(t))
            .Where(t => !(t is { IsAbstract: true, IsSealed: true }) || t.IsAssignableTo(typeof(Document)));

    /// <summary>Fields that a page binds, too many to stand in the page's own file: properties and nothing else that is public.</summary>
    private static bool IsForm(Type type) =>
        type.Name.EndsWith("Form", StringComparison.Ordinal) && type.IsSealed
        && type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).All(m => m is PropertyInfo or ConstructorInfo or MethodInfo { IsSpecialName: true });

    /// <summary>Members of stored documents that lose their time zone.</summary>
    public static IEnumerable<string> DateTimeMembers(IEnumerable<Type> types) =>
        types.Where(t => t.IsAssignableTo(typeof(Document))).SelectMany(t => t.GetProperties()).Where(p => (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType) == typeof(DateTime)).Select(p => $"{p.DeclaringType!.Name}.{p.Name}");

    /// <summary>What the content security policy would stop, or would let a user's text become markup.</summary>
    public static IEnumerable<string> UnsafeMarkup(string razor) => Unsafe().Matches(razor).Select(m => m.Value);

    /// <summary>Project references of a project file.</summary>
    public static IEnumerable<string> ProjectReferences(string projectFile) =>
        References().Matches(File.ReadAllText(projectFile)).Select(m => Path.GetFileNameWithoutExtension(m.Groups[1].Value.Replace('\\', '/')));

    private static bool IsPage(Type type) => type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(PageModel));

    private static bool Implements(Type type, Type contract) => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == contract);

    private static IEnumerable<(string Assembly, string Namespace, string Name)> UsedTypes(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        foreach (var handle in reader.TypeReferences)
        {
            var type = reader.GetTypeReference(handle);
            // A nested type counts under its outermost one.
            var outer = type;
            while (outer.ResolutionScope.Kind == HandleKind.TypeReference)
                outer = reader.GetTypeReference((TypeReferenceHandle)outer.ResolutionScope);
            if (outer.ResolutionScope.Kind == HandleKind.AssemblyReference)
                yield return (reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)outer.ResolutionScope).Name), reader.GetString(outer.Namespace), reader.GetString(outer.Name));
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IsmsModular.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex("""Html\.Raw|HtmlString\(|\sstyle\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=\s*"|javascript:|https?://cdn""", RegexOptions.IgnoreCase)]
    private static partial Regex Unsafe();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex References();
}
