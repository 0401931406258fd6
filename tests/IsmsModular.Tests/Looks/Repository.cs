using Microsoft.Extensions.FileProviders;
using IsmsModular.Platform.Text;

namespace IsmsModular.Tests.Looks;

/// <summary>The sources, for tests that read them.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Source files that ship.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(params string[] endings) =>
        new[] { "src", "plugins" }.Select(f => System.IO.Path.Combine(Root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(f => (System.IO.Path.GetRelativePath(Root, f), File.ReadAllText(f)));

    public static WordBook Words() => new(new PhysicalFileProvider(System.IO.Path.Combine(Root, "content")));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "IsmsModular.sln")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        return folder;
    }
}

/// <summary>Says what is wrong instead of how many.</summary>
internal static class Expect
{
    public static void None(IEnumerable<string> wrong)
    {
        var list = wrong.Distinct().Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0)
            Assert.Fail($"{list.Count}:\n" + string.Join('\n', list));
    }
}
