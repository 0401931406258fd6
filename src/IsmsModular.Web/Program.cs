using IsmsModular.Web.CommandLine;

return await Cli.MainAsync(args);

/// <summary>Entry point of the program <c>isms</c>.</summary>
public partial class Program;
