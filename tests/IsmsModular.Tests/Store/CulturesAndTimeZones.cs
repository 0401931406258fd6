using IsmsModular.Platform.Store;

namespace IsmsModular.Tests.Store;

/// <summary>The same documents, orders and answers wherever the program runs.</summary>
public sealed class CulturesAndTimeZones
{
    [Fact]
    public async Task Give_the_same_answers_everywhere()
    {
        using var folder = new TemporaryFolder();
        var digests = new List<string>();
        foreach (var (culture, zone) in ((string, string)[])[("", "UTC"), ("tr-TR", "Asia/Kuala_Lumpur"), ("ms-MY", "America/St_Johns")])
        {
            using var process = StoreCrashProgram.Start(new() { ["TZ"] = zone }, "digest", Path.Combine(folder.Path, "d" + digests.Count), Document.NewId(), culture);
            digests.Add(await process.StandardOutput.ReadToEndAsync());
            Assert.Equal("", await process.StandardError.ReadToEndAsync());
        }
        Assert.StartsWith("2,5|2.5|apple 9|Apple 9|apple 10|", digests[0].Replace("Apple 9|apple 9", "apple 9|Apple 9", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("True", digests[0], StringComparison.Ordinal);
        Assert.All(digests, d => Assert.Equal(digests[0], d));
    }

    [Fact]
    public async Task Read_what_another_culture_wrote()
    {
        using var folder = new TemporaryFolder();
        var workspace = Document.NewId();
        using (var first = StoreCrashProgram.Start(new() { ["TZ"] = "Asia/Kuala_Lumpur" }, "digest", folder.Path, workspace, "tr-TR"))
        {
            await first.StandardOutput.ReadToEndAsync();
        }
        using var second = StoreCrashProgram.Start(new() { ["TZ"] = "America/St_Johns" }, "digest", folder.Path, workspace, "ms-MY");
        var digest = await second.StandardOutput.ReadToEndAsync();
        Assert.Contains("True", digest, StringComparison.Ordinal);
        Assert.Contains("zebra", digest, StringComparison.Ordinal);
    }
}
