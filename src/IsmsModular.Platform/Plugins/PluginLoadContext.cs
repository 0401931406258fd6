using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace IsmsModular.Platform.Plugins;

/// <summary>Loads a plugin's assemblies from verified bytes only. The contract is the host's own, by simple name; private dependencies come from the plugin; what it does not carry is the host's (the framework).</summary>
internal sealed class PluginLoadContext(PluginPackage package, string cacheFolder) : AssemblyLoadContext($"{package.Manifest.Id}/{package.Manifest.Version}")
{
    private static readonly Assembly Contract = typeof(Abstractions.Plugins.IIsmsPlugin).Assembly;

    /// <summary>Loads the plugin's own assembly, once all that it refers to is known to be there: what the plugin carries is loaded when it is used.</summary>
    /// <exception cref="FileNotFoundException">Something is neither in the plugin nor in the host.</exception>
    public Assembly LoadMain()
    {
        var main = LoadVerified(package.Manifest.Assembly!);
        foreach (var reference in main.GetReferencedAssemblies().Where(r => r.Name != Contract.GetName().Name && !package.Manifest.Files.ContainsKey(r.Name + ".dll")))
            Default.LoadFromAssemblyName(reference);
        return main;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Contract.GetName().Name)
            return Contract;
        var culture = string.IsNullOrEmpty(assemblyName.CultureName) ? "" : assemblyName.CultureName + "/";
        var file = $"{culture}{assemblyName.Name}.dll";
        return package.Manifest.Files.ContainsKey(file) ? LoadVerified(file) : null;
    }

    /// <summary>The system loads native libraries from files alone: it gets a private copy of the verified bytes.</summary>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] fileNames = [unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so", $"{unmanagedDllName}.dll", $"lib{unmanagedDllName}.dylib", $"{unmanagedDllName}.dylib"];
        // A runtime that a distribution built itself names a system of its own; packages carry the portable names, on macOS without a processor.
        var (rid, system) = (RuntimeInformation.RuntimeIdentifier, OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux");
        string[] folders = ["", .. new[] { rid, $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", system }.Select(r => $"runtimes/{r}/native/")];
        var name = folders.SelectMany(folder => fileNames.Select(file => folder + file)).FirstOrDefault(package.Manifest.Files.ContainsKey);
        return name is null ? 0 : LoadUnmanagedDllFromPath(CopyOf(name));
    }

    private Assembly LoadVerified(string file)
    {
        using var stream = package.OpenFile(file);
        return LoadFromStream(stream);
    }

    private string CopyOf(string name)
    {
        var bytes = package.Read(name);
        var folder = Path.Combine(cacheFolder, package.Manifest.Id, package.Manifest.Version.ToString(), package.Manifest.Files[name][..16]);
        var path = Path.Combine(folder, Path.GetFileName(name));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(path) || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            File.WriteAllBytes(path, bytes);
        return path;
    }
}
