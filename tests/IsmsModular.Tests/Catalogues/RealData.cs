using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Catalogues;

/// <summary>Real files of public projects, which are not part of this repository: in the folder that ISMS_REALDATA names, or in shared/realdata of a folder above.</summary>
internal static class RealData
{
    /// <summary>Opens a file, or skips the test with the reason.</summary>
    public static byte[] Read(string name)
    {
        var folder = Environment.GetEnvironmentVariable("ISMS_REALDATA") ?? Above().Select(f => Path.Combine(f, "shared", "realdata")).FirstOrDefault(Directory.Exists);
        var path = folder is null ? null : Path.Combine(folder, name);
        Assert.SkipUnless(File.Exists(path), $"The real file {name} is not on this machine (ISMS_REALDATA names its folder).");
        return File.ReadAllBytes(path!);
    }

    private static IEnumerable<string> Above()
    {
        for (var at = new DirectoryInfo(Repository.Root).Parent; at is not null; at = at.Parent)
            yield return at.FullName;
    }
}
