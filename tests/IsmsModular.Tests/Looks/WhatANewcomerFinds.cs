using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IsmsModular.Tests.Looks;

/// <summary>What somebody reads and starts who has only the repository.</summary>
public sealed partial class WhatANewcomerFinds
{
    [Fact]
    public void The_readme_names_two_commands_and_leads_to_documents_that_are_there()
    {
        var readme = File.ReadAllText(InRepository("README.md"));
        var commands = readme[readme.IndexOf("## Two commands", StringComparison.Ordinal)..].Split("```")[1].Trim();
        Assert.Equal(["./isms serve --sample", "./test.sh"], commands.Split('\n'));
        foreach (var heading in new[] { "For whom", "The first ten minutes", "Backup", "HTTPS", "--behind-proxy" })
            Assert.Contains(heading, readme, StringComparison.Ordinal);
        var links = Links().Matches(readme).Select(m => m.Groups[1].Value).ToList();
        Assert.All(["docs/user-guide.md", "docs/operations-guide.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs/images/dashboard.png"], document => Assert.Contains(document, links));
        Assert.All(links, link => Assert.True(new FileInfo(InRepository(link)) is { Exists: true, Length: > 200 }, link));
        Assert.Contains("Apache License", File.ReadAllText(InRepository("LICENSE")), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(InRepository("docs/decisions"), "*.md"));
    }

    [Theory]
    [InlineData("isms")]
    [InlineData("test.sh")]
    public async Task Without_the_sdk_a_command_says_so_in_one_sentence(string command)
    {
        var tools = Directory.CreateTempSubdirectory("isms-tools-");
        try
        {
            foreach (var tool in new[] { "bash", "dirname", "grep" })
                File.CreateSymbolicLink(Path.Combine(tools.FullName, tool), File.Exists("/usr/bin/" + tool) ? "/usr/bin/" + tool : "/bin/" + tool);
            var start = new ProcessStartInfo("/bin/bash", [InRepository(command)]) { RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["PATH"] = tools.FullName;
            using var run = Process.Start(start)!;
            var said = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains(".NET 10 SDK: install it from", Assert.Single(said.Trim().Split('\n')), StringComparison.Ordinal);
        }
        finally
        {
            tools.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_image_holds_the_published_file_alone_as_a_user_without_rights_with_a_volume_and_a_check()
    {
        var image = File.ReadAllText(InRepository("Dockerfile"));
        image = image[image.LastIndexOf("FROM ", StringComparison.Ordinal)..];
        Assert.Equal("COPY --from=build --chmod=755 /published/isms /usr/local/bin/isms", Assert.Single(image.Split('\n'), l => l.StartsWith("COPY", StringComparison.Ordinal)));
        foreach (var line in new[] { "USER isms", "VOLUME /data", "CMD [\"isms\", \"health\"]", "ENTRYPOINT [\"isms\"]" })
            Assert.Contains(line, image, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_of_a_change_is_the_command_of_the_readme_and_ends_with_the_counts()
    {
        Assert.Contains("/../test.sh", File.ReadAllText(InRepository(".ci/run")), StringComparison.Ordinal);
        Assert.Contains("%d passed, %d failed, %d skipped", File.ReadAllText(InRepository("test.sh")), StringComparison.Ordinal);
    }

    private static string InRepository(string path) => Path.Combine(Repository.Root, path);

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Links();
}
