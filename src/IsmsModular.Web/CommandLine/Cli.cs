using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;

namespace IsmsModular.Web.CommandLine;

/// <summary>A verb of the command line. Every class in this assembly that implements it is found, made with its parameterless constructor, and its command added.</summary>
internal interface ICliVerb
{
    /// <summary>The command with its options; its action goes through <see cref="Cli.InStore"/> when it needs the data.</summary>
    Command Build(Cli cli);
}

/// <summary>One run of the command line: in its own process, or inside the server that it was forwarded to.</summary>
internal sealed partial class Cli(string[] arguments, string workingDirectory, TextWriter output, TextWriter error, Func<Stream> input, IServiceProvider? server = null)
{
    public const int Good = 0;
    public const int NotDone = 1;
    public const int WrongUsage = 2;
    public const int GivenUp = 130;

    /// <summary><c>--data DIR</c>, of every verb.</summary>
    public static Option<string?> Data { get; } = DataOption();

    /// <summary><c>--json</c>, of verbs that list.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Answer as JSON" };

    private static readonly JsonSerializerOptions Lines = new(StoreJson.Options) { WriteIndented = true };

    private readonly HashSet<Symbol?> inputFiles = [];
    private HashSet<string?> options = [];

    public TextWriter Out => output;

    public TextWriter Error => error;

    /// <summary>Whether somebody watches standard error; a command that a server runs has nobody.</summary>
    public bool IsWatched => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;

    public static Task<int> MainAsync(string[] arguments) =>
        new Cli(arguments, Environment.CurrentDirectory, Console.Out, Console.Error, Console.OpenStandardInput).RunAsync();

    /// <summary>Parses and runs.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("IsmsModular: an information security management system (ISO/IEC 27001).") { Data };
        foreach (var type in typeof(Cli).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ICliVerb))).OrderBy(t => t.Name, StringComparer.Ordinal))
            Add(root, ((ICliVerb)Activator.CreateInstance(type)!).Build(this));
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors)
                await error.WriteLineAsync(TypeName().Replace(wrong.Message, ""));
            await error.WriteLineAsync($"See: {string.Join(" ", [.. Names(parsed.CommandResult).Prepend("isms")])} --help");
            return WrongUsage;
        }

        options = [.. parsed.CommandResult.Command.Options.Select(o => o.Name)];
        try
        {
            return await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancellationToken);
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync(e.Message);
            return WrongUsage;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Given up.");
            return GivenUp;
        }
        catch (HttpRequestException)
        {
            await error.WriteLineAsync("The server stopped before it answered. Start it again and look whether the command was done.");
            return NotDone;
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return NotDone;
        }
    }

    /// <summary>Runs something on the data as the console: in the running server when there is one, else on the files themselves. A folder without data is refused: it is mistyped.</summary>
    public Task<int> InStore(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        InStore(parsed, mayBeFirst: false, act, cancellationToken);

    /// <summary>The same for what may come before there is any data, which is then made.</summary>
    public Task<int> InNewStore(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        InStore(parsed, mayBeFirst: true, act, cancellationToken);

    private async Task<int> InStore(ParseResult parsed, bool mayBeFirst, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken)
    {
        if (server is not null)
            return await AsConsole(server, act, cancellationToken);
        var folder = DataFolder(parsed);
        if (await CommandSocket.ForwardAsync(folder, arguments, workingDirectory, IsTyped(parsed) ? input : null, output, error, cancellationToken) is { } code)
            return code;
        if (!mayBeFirst && !StoreServices.HoldsData(folder))
        {
            await error.WriteLineAsync($"There is no data in {folder}. Name its folder with --data or ISMS_DATA.");
            return NotDone;
        }

        await using var app = IsmsHost.Create(new() { DataFolder = folder, Serves = false });
        return await AsConsole(app.Services, act, cancellationToken);
    }

    /// <summary><c>--workspace W</c>, of every verb that works in one.</summary>
    public static Option<string> Workspace { get; } = new("--workspace") { Description = "Slug of the workspace", Required = true, HelpName = "W" };

    /// <summary><c>--workspace W</c> of a verb that works without one too.</summary>
    public static Option<string?> Within(string whatItAdds) => new("--workspace") { Description = "Slug of a workspace: " + whatItAdds, HelpName = "W" };

    /// <summary>Runs something inside the workspace that <see cref="Workspace"/> names, as the console.</summary>
    public Task<int> InWorkspace(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        InWorkspace(parsed, parsed.GetValue(Workspace)!, act, cancellationToken);

    /// <summary>Runs something inside a workspace, as the console.</summary>
    public Task<int> InWorkspace(ParseResult parsed, string slug, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        InStore(parsed, async (services, token) =>
        {
            if (await services.GetRequiredService<SystemDirectory>().WorkspaceAsync(slug, token) is not { } workspace)
            {
                await error.WriteLineAsync($"There is no workspace '{slug}'.");
                return NotDone;
            }

            services.GetRequiredService<WorkspaceContext>().Enter(workspace, Actor.Console, [], null, console: true);
            return await act(services, token);
        }, cancellationToken);

    /// <summary>Data folder of this run.</summary>
    public string DataFolder(ParseResult parsed, bool sample = false) => HostSettings.FolderFor(parsed.GetValue(Data), sample, workingDirectory);

    /// <summary>Full path of a file named on the command line.</summary>
    public string PathOf(string file) => Path.GetFullPath(file, workingDirectory);

    /// <summary>An option or argument whose file is read by <see cref="OpenRead"/>: in no other is <c>-</c> standard input.</summary>
    public T InputFile<T>(T symbol)
        where T : Symbol
    {
        symbol.Description += "; - for standard input";
        inputFiles.Add(symbol);
        return symbol;
    }

    /// <summary>Opens a file to read; <c>-</c> is standard input.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public Stream OpenRead(string file) => file == "-" ? input() : File.Exists(PathOf(file)) ? File.OpenRead(PathOf(file)) : throw new UsageException($"There is no file {file}.");

    /// <summary>The same for what is read twice: standard input comes whole.</summary>
    public async Task<Stream> OpenTwiceAsync(string file, CancellationToken cancellationToken)
    {
        var opened = OpenRead(file);
        if (opened.CanSeek)
            return opened;
        await using (opened)
        {
            var whole = new MemoryStream();
            await opened.CopyToAsync(whole, cancellationToken);
            whole.Position = 0;
            return whole;
        }
    }

    /// <summary>Writes a value as indented JSON.</summary>
    public Task WriteJsonAsync<T>(T value) => output.WriteLineAsync(JsonSerializer.Serialize(value, Lines));

    /// <summary>Writes rows under headings, columns aligned.</summary>
    public async Task WriteTableAsync(string[] headings, IReadOnlyList<string?[]> rows)
    {
        var widths = headings.Select((h, i) => rows.Select(r => r[i]?.Length ?? 0).Append(h.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(headings))
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, i) => (cell ?? "").PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>Says why a command was refused, in English.</summary>
    /// <returns>1.</returns>
    public async Task<int> RefusedAsync(IServiceProvider services, IReadOnlyList<Platform.Results.Error> errors)
    {
        var words = services.GetRequiredService<IWords>();
        foreach (var wrong in errors)
        {
            var option = wrong.Field is null ? null : "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(wrong.Field);
            await error.WriteLineAsync((options.Contains(option) ? option + ": " : "") + words[wrong.Message, [.. wrong.Arguments]]);
        }

        return NotDone;
    }

    private bool IsTyped(ParseResult parsed) =>
        parsed.CommandResult.Children.Any(c => inputFiles.Contains(c is OptionResult { Option: var option } ? option : (c as ArgumentResult)?.Argument) && c.Tokens.Any(t => t.Value == "-"));

    /// <summary>An empty name, as of a variable that is not set, would be the folder that one happens to be in.</summary>
    private static Option<string?> DataOption()
    {
        var option = new Option<string?>("--data") { Description = "Folder of all data (else ISMS_DATA, else ./data)", Recursive = true, HelpName = "DIR" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
                result.AddError("--data needs the name of a folder.");
        });
        return option;
    }

    /// <summary>What the parser says about types of the program helps nobody.</summary>
    [System.Text.RegularExpressions.GeneratedRegex(" as expected type '[^']*'")]
    private static partial System.Text.RegularExpressions.Regex TypeName();

    private static async Task<int> AsConsole(IServiceProvider services, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken)
    {
        Languages.Speak("en");
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
        return await act(scope.ServiceProvider, cancellationToken);
    }

    /// <summary>Adds a command; verbs of one noun (<c>workspace create</c>, <c>workspace list</c>) may come from several classes.</summary>
    private static void Add(Command parent, Command command)
    {
        if (parent.Subcommands.FirstOrDefault(c => c.Name == command.Name) is not { } known)
        {
            parent.Subcommands.Add(command);
            return;
        }

        foreach (var sub in command.Subcommands.ToArray())
            Add(known, sub);
    }

    private static IEnumerable<string> Names(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Names(parent), result.Command.Name] : [];
}

/// <summary>The command line was used wrongly in a way that parsing cannot see: exit 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
