using System.CommandLine;
using IsmsModular.Web.Pages.InWorkspace;
using MediatR;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms report NAME</c>: writes a report to a file.</summary>
internal sealed class TakeReport : ICliVerb
{
    public Command Build(Cli cli)
    {
        var name = new Argument<string>("NAME") { Description = "asset-inventory, risk-register, exercise-comparison, soa or rtp" };
        var format = new Option<string>("--format") { Description = "xlsx, docx, pdf, html, csv, json, or the key of another format plugin", Required = true, HelpName = "F" };
        var exercise = new Option<string?>("--exercise") { Description = "Reference or id of the exercise, or of the revision for soa and rtp, or draft for what they say now (else the newest)", HelpName = "E" };
        exercise.Aliases.Add("--revision");
        var output = new Option<string>("--output") { Description = "File to write", Required = true, HelpName = "FILE" };
        var language = new Option<string?>("--language") { Description = "en or ms (else English)", HelpName = "L" };
        var command = new Command("report", "Write a report to a file") { name, format, Cli.Workspace, exercise, output, language };
        command.SetAction((parsed, cancellationToken) => cli.InWorkspace(parsed, async (services, token) =>
        {
            var taken = await services.GetRequiredService<IMediator>().Send(new Reports.Take(parsed.GetValue(name)!, parsed.GetValue(format)!, parsed.GetValue(exercise), parsed.GetValue(language)), token);
            if (!taken.Succeeded)
                return await cli.RefusedAsync(services, taken.Errors);
            var path = cli.PathOf(parsed.GetValue(output)!);
            await using (taken.Value)
            await using (var file = File.Create(path))
                await taken.Value.Content.CopyToAsync(file, token);
            await cli.Out.WriteLineAsync(path);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }
}
