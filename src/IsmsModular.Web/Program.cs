var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.Run();

/// <summary>Entry point; named so that tests can host the program.</summary>
public partial class Program;
