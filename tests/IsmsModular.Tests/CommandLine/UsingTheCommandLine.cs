using System.Text.Json.Nodes;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using IsmsModular.Web.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.CommandLine;

public sealed class UsingTheCommandLine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Works_on_the_files_when_no_server_runs()
    {
        var data = Path.Combine(folder, "data");
        Assert.Equal((0, "Workspace 'Acme Berhad' is created: /w/acme-berhad"), await RunAsync(data, "workspace", "create", "Acme Berhad"));
        var (code, json) = await RunAsync(data, "workspace", "list", "--json");
        Assert.Equal((0, "acme-berhad"), (code, (string?)JsonNode.Parse(json)![0]!["slug"]));
        Assert.Equal(1, (await RunAsync(data, "workspace", "create", "Acme Berhad")).Code);
        Assert.Equal(1, (await RunAsync(data, "health")).Code);

        Assert.Equal(0, (await RunAsync(data, "verify")).Code);
        Assert.Matches("checked", (await RunAsync(data, "backup", "all.zip")).Output);
        Assert.True(File.Exists(Path.Combine(folder, "all.zip")));
        var other = Path.Combine(folder, "other");
        Assert.Equal(0, (await RunAsync(other, "restore", "all.zip")).Code);
        Assert.Contains("acme-berhad", (await RunAsync(other, "workspace", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Makes_the_slug_of_a_workspace_from_its_name()
    {
        var data = Path.Combine(folder, "data");
        Assert.Equal((0, "Workspace 'Beta Sdn. Bhd.' is created: /w/beta-sdn-bhd"), await RunAsync(data, "workspace", "create", "--name", "Beta Sdn. Bhd."));
    }

    [Fact]
    public async Task Speaks_of_options_and_not_of_the_types_behind_them()
    {
        var data = Path.Combine(folder, "data");
        var (code, output) = await RunAsync(data, "user", "add", "somebody", "--role", "Emperor");
        Assert.Equal(2, code);
        Assert.Contains("'Emperor' is not a role. Roles: ", output, StringComparison.Ordinal);
        Assert.Contains(nameof(Role.Ciso), output, StringComparison.Ordinal);
        Assert.DoesNotContain("IsmsModular.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", (await RunAsync(data, "user", "add", "somebody", "--until", "tomorrow")).Output, StringComparison.Ordinal);
        Assert.Contains("--time-zone: ", (await RunAsync(data, "workspace", "create", "Acme", "--time-zone", "Nowhere")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Slug:", (await RunAsync(data, "workspace", "create", "???")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_damaged_backup_changed_nothing()
    {
        var data = Path.Combine(folder, "data");
        await RunAsync(data, "workspace", "create", "Acme Berhad");
        File.WriteAllText(Path.Combine(folder, "broken.zip"), "no zip at all");
        var (code, output) = await RunAsync(data, "restore", "broken.zip");
        Assert.Equal(1, code);
        Assert.Contains("broken.zip is damaged; nothing was changed", output, StringComparison.Ordinal);
        Assert.Contains("acme-berhad", (await RunAsync(data, "workspace", "list")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("workspace", "create")]
    [InlineData("serve", "--urls", "http://0.0.0.0:5080")]
    [InlineData("serve", "--urls", "nonsense")]
    [InlineData("serve", "--urls", "http://localhost:0")]
    [InlineData("serve", "--urls", "http://127.0.0.1:5080/base")]
    [InlineData("serve", "--urls", "https://127.0.0.1:0")]
    [InlineData("serve", "--urls", "https://127.0.0.1:0", "--certificate", "nothing.pfx")]
    [InlineData("user", "add", "somebody", "--role", "Emperor")]
    [InlineData("methodology", "evaluate", "matrix", "--input", "missing.json")]
    [InlineData("plugins", "install", "missing.zip")]
    public async Task Wrong_usage_is_exit_code_2(params string[] arguments) =>
        Assert.Equal(2, (await RunAsync(Path.Combine(folder, "data"), arguments)).Code);

    [Theory]
    [InlineData("backup", "all.zip")]
    [InlineData("verify")]
    [InlineData("workspace", "list")]
    [InlineData("user", "list")]
    [InlineData("user", "reset-password", "somebody")]
    [InlineData("report", "soa", "--format", "xlsx", "--workspace", "acme", "--output", "soa.xlsx")]
    [InlineData("import", "assets", "assets.csv", "--workspace", "acme")]
    [InlineData("catalogue", "list", "--workspace", "acme")]
    [InlineData("methodology", "list", "--workspace", "acme")]
    [InlineData("plugins", "disable", "matrix")]
    public async Task A_folder_without_data_is_refused_by_its_name_and_not_filled(params string[] arguments)
    {
        var mistyped = Path.Combine(folder, "mistyped");
        var (code, output) = await RunAsync(mistyped, arguments);
        Assert.Equal(1, code);
        Assert.Contains(mistyped, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(mistyped));
    }

    [Theory]
    [InlineData("catalogue", "list")]
    [InlineData("methodology", "list")]
    [InlineData("plugins", "list")]
    [InlineData("plugins", "verify")]
    [InlineData("user", "add", "first")]
    public async Task What_may_come_first_works_in_a_new_folder(params string[] arguments) =>
        Assert.Equal(0, (await RunAsync(Path.Combine(folder, "data"), arguments)).Code);

    [Fact]
    public async Task Given_up_is_exit_code_130()
    {
        await RunAsync(Path.Combine(folder, "data"), "workspace", "create", "Acme");
        await using var output = new StringWriter();
        Assert.Equal(130, await new Cli(["backup", "all.zip", "--data", Path.Combine(folder, "data")], folder, output, output, () => Stream.Null).RunAsync(new CancellationToken(true)));
        Assert.DoesNotContain("   at ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_without_a_name_is_wrong_usage()
    {
        Assert.Equal(2, (await RunAsync("", "workspace", "list")).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Says_in_a_sentence_why_the_server_cannot_start()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        File.WriteAllText(Path.Combine(folder, "rubbish.pfx"), "no certificate");
        (string[] Options, string Reason)[] all =
        [
            (["--urls", $"http://{taken.LocalEndpoint}"], "address already in use"),
            // An address for documentation: no machine has it.
            (["--urls", "http://203.0.113.5:0", "--behind-proxy"], "Cannot listen on http://203.0.113.5:0"),
            (["--urls", "https://127.0.0.1:0", "--certificate", "rubbish.pfx"], "rubbish.pfx is no certificate"),
        ];
        foreach (var (options, reason) in all)
        {
            // A process of its own: what it began in the background ends with it.
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "isms.dll"), "serve", "--data", Path.Combine(folder, "data"), .. options]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = string.Concat(await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, process.ExitCode);
            Assert.Contains(reason, said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hands_commands_to_the_running_server()
    {
        await using var app = await IsmsApp.StartAsync();
        var home = await app.NewWorkspaceAsync();
        Assert.Equal((0, "ok"), await RunAsync(app.DataFolder, "health"));

        File.WriteAllText(Path.Combine(folder, "password.txt"), "the phrase of the file\n");
        Assert.Equal(0, (await RunAsync(app.DataFolder, "user", "add", "ciso@example.org", "--name", "Ciso", "--workspace", home.Slug, "--role", "Ciso", "--password-file", "password.txt")).Code);
        using var browser = await app.SignInAsync("ciso@example.org", "the phrase of the file");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await browser.GetAsync(home.Url("organisation/people"))).Status);

        var (code, output) = await RunAsync(app.DataFolder, "user", "reset-password", "ciso@example.org");
        Assert.Equal(0, code);
        Assert.Contains("/sign-in", (await browser.GetAsync("/account")).Location!, StringComparison.Ordinal);
        using var again = await app.SignInAsync("ciso@example.org", output.Split("Password: ")[1].Trim());

        foreach (var input in (string[][])[["--input", "-"], ["--input=-"]])
            Assert.Contains("\"high\"", (await RunAsync(app.DataFolder, """[{"likelihood":"High","impact":"High"}]""", ["methodology", "evaluate", "matrix", .. input])).Output, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(0, (await RunAsync(app.DataFolder, "backup", "while-running.zip")).Code);
        Assert.Equal(1, (await RunAsync(app.DataFolder, "restore", "while-running.zip")).Code);
        Assert.Equal(1, (await RunAsync(app.DataFolder, "serve", "--urls", "http://127.0.0.1:0")).Code);
        Assert.Contains((await app.SystemLogAsync()), e => e.ActorId == Actor.Console.Id && e.Action == "account.password.reset");
    }

    [Fact]
    public async Task A_column_that_is_left_out_is_no_call_for_standard_input()
    {
        await using var app = await IsmsApp.StartAsync();
        var home = await app.NewWorkspaceAsync();
        File.WriteAllText(Path.Combine(folder, "assets.csv"), "Name,Type,Notes\nPump,Physical,old\n");
        await using var output = new StringWriter();
        string[] import = ["--workspace", home.Slug, "--dry-run", "--data", app.DataFolder];
        var cli = new Cli(["import", "assets", "assets.csv", "--map", "Name=name,Notes=-", .. import], folder, output, output, () => throw new InvalidOperationException("Nobody types."));
        Assert.Equal(0, await cli.RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("1 new", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 new", (await RunAsync(app.DataFolder, "Name,Type\nPump,Physical\nTank,Physical\n", ["import", "assets", "-", .. import[..3]])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_server_failed_and_not_that_it_stopped()
    {
        await using var app = await IsmsApp.StartAsync(b => b.Services.AddSingleton<IBackup>(_ => throw new NotSupportedException("Broken for this test.")));
        var (code, output) = await RunAsync(app.DataFolder, "backup", "all.zip");
        Assert.Equal(1, code);
        Assert.Contains("The server failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("stopped", output, StringComparison.Ordinal);
        Assert.Equal((0, "ok"), await RunAsync(app.DataFolder, "health"));
    }

    [Fact]
    public async Task Shows_the_password_of_an_account_that_could_not_be_made_a_member()
    {
        var data = Path.Combine(folder, "data");
        await RunAsync(data, "workspace", "create", "Acme");
        Assert.Equal(0, (await RunAsync(data, "user", "add", "first", "--name", "Head of ICT", "--workspace", "acme", "--role", "Ciso")).Code);
        var (code, output) = await RunAsync(data, "user", "add", "second", "--name", "Head of ICT", "--workspace", "acme", "--role", "Ciso");
        Assert.Equal(1, code);
        Assert.Contains("Account 'second' is added. Password: ", output, StringComparison.Ordinal);
        Assert.Contains("linked to this person already", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_may_use_the_socket()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var app = await IsmsApp.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CommandSocket.PathIn(app.DataFolder)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(app.DataFolder, "keys")));
    }

    private Task<(int Code, string Output)> RunAsync(string data, params string[] arguments) => RunAsync(data, "", arguments);

    private async Task<(int Code, string Output)> RunAsync(string data, string typed, string[] arguments)
    {
        using var output = new StringWriter();
        var cli = new Cli([.. arguments, "--data", data], folder, output, output, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(typed)));
        var code = await cli.RunAsync(TestContext.Current.CancellationToken);
        return (code, output.ToString().Trim());
    }
}
