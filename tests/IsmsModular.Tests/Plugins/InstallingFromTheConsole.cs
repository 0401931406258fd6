using System.Text.Json.Nodes;
using IsmsModular.Web.CommandLine;

namespace IsmsModular.Tests.Plugins;

public sealed class InstallingFromTheConsole : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_plugin_is_installed_updated_and_removed()
    {
        await WriteAsync("one.zip", PluginFile.Data("tiny").Zip());
        await WriteAsync("two.zip", PluginFile.Data("tiny", "2.0.0").Zip());
        Assert.Equal(0, (await RunAsync("plugins", "install", "one.zip")).Code);
        Assert.Equal("disabled", (string?)(await ListAsync("1.0.0"))!["state"]);
        Assert.Equal(0, (await RunAsync("plugins", "enable", "tiny")).Code);
        Assert.Equal("active", (string?)(await ListAsync("1.0.0"))!["state"]);

        Assert.Equal(1, (await RunAsync("plugins", "install", "two.zip")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "update", "two.zip", "--enable")).Code);
        Assert.Equal("active", (string?)(await ListAsync("2.0.0"))!["state"]);
        Assert.Equal(0, (await RunAsync("plugins", "verify", "tiny")).Code);

        Assert.Equal(0, (await RunAsync("plugins", "remove", "tiny", "--version", "1.0.0")).Code);
        Assert.Null(await ListAsync("1.0.0"));
        Assert.Equal(0, (await RunAsync("plugins", "remove", "tiny")).Code);
        Assert.Null(await ListAsync("2.0.0"));
    }

    [Fact]
    public async Task What_is_refused_is_1_and_says_why()
    {
        await WriteAsync("tiny.zip", PluginFile.Data("tiny").Changing("methodology.json", [1]).Zip());
        var (code, _, error) = await RunAsync("plugins", "install", "tiny.zip");
        Assert.Equal(1, code);
        Assert.Contains("methodology.json", error, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("plugins", "install", "nosuch.zip")).Code);
        Assert.Equal(1, (await RunAsync("plugins", "remove", "matrix")).Code);
        Assert.Equal(1, (await RunAsync("plugins", "remove", "nosuch")).Code);
        Assert.Equal(1, (await RunAsync("plugins", "verify", "nosuch")).Code);
        Assert.Equal(2, (await RunAsync("plugins", "install")).Code);
        await WriteAsync("update.zip", PluginFile.Data("fresh").Zip());
        Assert.Equal(1, (await RunAsync("plugins", "update", "update.zip")).Code);
    }

    [Fact]
    public async Task A_folder_is_packed_signed_and_installed_where_its_key_is_trusted()
    {
        var source = Path.Combine(folder, "source");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "plugin.json"), """{"id":"packed","name":"Packed","version":"1.0.0","sdk":"1.0","kind":"catalogue"}""");
        await File.WriteAllTextAsync(Path.Combine(source, "catalogue.json"), """{"id":"packed","edition":"1","name":"Packed","kind":"controls","source":"Tests","items":[{"id":"C.1","kind":"control","title":"One"}]}""");
        Assert.Equal(0, (await RunAsync("plugins", "pack", "source", "-o", "packed.zip")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "keygen", "-o", "maker")).Code);
        Assert.Equal(2, (await RunAsync("plugins", "keygen", "-o", "maker")).Code);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "maker.key")));

        Assert.Equal(0, (await RunAsync("plugins", "require-signatures", "yes")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "trust", "maker.pub", "--name", "Maker")).Code);
        Assert.Equal("Maker", (string?)JsonNode.Parse((await RunAsync("plugins", "keys", "--json")).Output)!["keys"]![0]!["name"]);
        Assert.Equal(1, (await RunAsync("plugins", "install", "packed.zip", "--enable")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "sign", "packed.zip", "--key", "maker.key")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "sign", "packed.zip", "--key", "maker.key")).Code);
        Assert.Equal(0, (await RunAsync("plugins", "install", "packed.zip", "--enable")).Code);
        var (_, output, _) = await RunAsync("plugins", "list");
        Assert.Matches("packed +1\\.0\\.0 +catalogue +active +Maker", output);
        Assert.Equal(1, (await RunAsync("plugins", "sign", "packed.zip", "--key", "maker.pub")).Code);
    }

    [Fact]
    public async Task A_folder_whose_manifest_says_something_twice_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(folder, "source"));
        await File.WriteAllTextAsync(Path.Combine(folder, "source", "plugin.json"), """{"id":"packed","id":"other","name":"Packed","version":"1.0.0","sdk":"1.0","kind":"catalogue"}""");
        var (code, _, error) = await RunAsync("plugins", "pack", "source", "-o", "packed.zip");
        Assert.Equal(1, code);
        Assert.Contains("plugin.json", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_comes_through_a_pipe_too()
    {
        // Standard input cannot be read twice.
        var piped = System.IO.Pipelines.PipeReader.Create(new(PluginFile.Data("tiny").Zip())).AsStream();
        await using StringWriter output = new(), error = new();
        Assert.Equal(0, await new Cli(["plugins", "install", "-", "--data", Path.Combine(folder, "data")], folder, output, error, () => piped).RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal("disabled", (string?)(await ListAsync("1.0.0"))!["state"]);
    }

    [Fact]
    public async Task A_plugin_of_ones_own_is_checked_before_it_is_given_away()
    {
        await WriteAsync("good.zip", PluginFile.Data("good").Zip());
        Assert.Equal(0, (await RunAsync("plugins", "check", "good.zip")).Code);
        await WriteAsync("bad.zip", PluginFile.Code("").Zip());
        var (code, _, error) = await RunAsync("plugins", "check", "bad.zip");
        Assert.Equal(1, code);
        Assert.Contains("methodology misbehaving: form: It asks for nothing.", error, StringComparison.Ordinal);
        await WriteAsync("broken.zip", PluginFile.Code("throw while loading").Zip());
        Assert.Contains("I do not like this host.", (await RunAsync("plugins", "check", "broken.zip")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_folder_packs_to_the_same_bytes()
    {
        var source = Path.Combine(folder, "source");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "plugin.json"), """{"id":"packed","name":"Packed","version":"1.0.0","sdk":"1.0","kind":"catalogue"}""");
        await File.WriteAllTextAsync(Path.Combine(source, "notes.txt"), "x");
        await File.WriteAllTextAsync(Path.Combine(source, "IsmsModular.Abstractions.dll"), "x");
        await RunAsync("plugins", "pack", "source", "-o", "a.zip");
        await RunAsync("plugins", "pack", "source", "-o", "b.zip");
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, "a.zip")), await File.ReadAllBytesAsync(Path.Combine(folder, "b.zip")));
        Assert.Contains("1 file.", (await RunAsync("plugins", "pack", "source", "-o", "a.zip")).Output, StringComparison.Ordinal);
    }

    private async Task<JsonNode?> ListAsync(string version) =>
        ((JsonArray)JsonNode.Parse((await RunAsync("plugins", "list", "--json")).Output)!).FirstOrDefault(p => (string?)p!["id"] == "tiny" && (string?)p["version"] == version);

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(folder, name), bytes);

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using StringWriter output = new(), error = new();
        var cli = new Cli([.. arguments, "--data", Path.Combine(folder, "data")], folder, output, error, () => Stream.Null);
        return (await cli.RunAsync(TestContext.Current.CancellationToken), output.ToString(), error.ToString());
    }
}
