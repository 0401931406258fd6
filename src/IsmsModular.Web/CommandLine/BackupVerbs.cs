using System.CommandLine;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms backup</c>.</summary>
internal sealed class BackupVerb : ICliVerb
{
    public Command Build(Cli cli)
    {
        var file = new Argument<string>("FILE") { Description = "Zip to write" };
        var workspace = new Option<string?>("--workspace") { Description = "This workspace alone, to hand it over", HelpName = "W" };
        var command = new Command("backup", "Backs up everything, or one workspace, while the program works; checked before it is called done") { workspace, file, Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var slug = parsed.GetValue(workspace);
            var one = slug is null ? null : await services.GetRequiredService<SystemDirectory>().WorkspaceAsync(slug, token);
            if (slug is not null && one is null)
            {
                await cli.Error.WriteLineAsync($"There is no workspace '{slug}'.");
                return Cli.NotDone;
            }

            var made = await services.GetRequiredService<IBackup>().BackupAsync(cli.PathOf(parsed.GetValue(file)!), one?.Id, token);
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(made);
            else
                await cli.Out.WriteLineAsync($"{made.File}: {made.Bytes} bytes, {made.Stores} stores, {made.Attachments} attachments, checked.");
            await WarnAsync(cli, made.Missing);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    /// <summary>Says what is named and not there, without calling the rest not done.</summary>
    public static async Task WarnAsync(Cli cli, IReadOnlyList<string> missing)
    {
        foreach (var attachment in missing)
            await cli.Error.WriteLineAsync(attachment);
    }
}

/// <summary><c>isms restore</c>.</summary>
internal sealed class RestoreVerb : ICliVerb
{
    public Command Build(Cli cli)
    {
        var file = new Argument<string>("FILE") { Description = "Zip to restore" };
        var command = new Command("restore", "Puts a backup in place, all of it or nothing; needs the server stopped") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = cli.DataFolder(parsed);
            using var running = await CommandSocket.ConnectAsync(folder, cancellationToken);
            if (running is not null)
            {
                await cli.Error.WriteLineAsync($"A server runs on {folder}. Stop it first: nothing was changed.");
                return Cli.NotDone;
            }

            await using var app = IsmsHost.Create(new() { DataFolder = folder, Serves = false });
            var done = await app.Services.GetRequiredService<IBackup>().RestoreAsync(cli.PathOf(parsed.GetValue(file)!), cancellationToken);
            await cli.Out.WriteLineAsync($"Restored {done.Files} files of the backup of {done.MadeAt:u}. What was there before lies in {done.Kept}.");
            await BackupVerb.WarnAsync(cli, done.Missing);
            return Cli.Good;
        });
        return command;
    }
}

/// <summary><c>isms verify</c>.</summary>
internal sealed class VerifyVerb : ICliVerb
{
    public Command Build(Cli cli)
    {
        var workspace = new Option<string?>("--workspace") { Description = "This workspace alone", HelpName = "W" };
        var assessments = new Option<bool>("--assessments") { Description = "Computes every stored result of the assessments again instead, and reports those that differ" };
        var command = new Command("verify", "Recomputes the hash chain of the activity log, compares every document with it, and looks for every attachment") { workspace, assessments, Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var stores = services.GetRequiredService<IStoreDirectory>();
            var slug = parsed.GetValue(workspace);
            var all = await stores.System.OpenSession(Actor.Console).StreamAsync<Workspace>(Query.All.OrderBy("slug"), token).ToListAsync(token);
            if (slug is not null && !all.Exists(w => w.Slug == slug))
            {
                await cli.Error.WriteLineAsync($"There is no workspace '{slug}'.");
                return Cli.NotDone;
            }

            if (parsed.GetValue(assessments))
                return await new AssessmentVerifier(cli, services, parsed.GetValue(Cli.Json)).RunAsync([.. all.Where(w => slug is null || w.Slug == slug)], token);

            List<(string Name, VerifyReport Report)> reports = slug is null ? [("system", await stores.System.VerifyAsync(token))] : [];
            foreach (var w in all.Where(w => slug is null || w.Slug == slug))
                reports.Add((w.Slug, await stores.Workspace(w.Id).VerifyAsync(token)));
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(reports.Select(r => new { store = r.Name, r.Report.Sound, r.Report.Entries, r.Report.Documents, r.Report.Findings, r.Report.Head }));
            else
                foreach (var (name, report) in reports)
                {
                    await cli.Out.WriteLineAsync($"{name}: {(report.Sound ? "sound" : "NOT SOUND")}, {report.Entries} entries, {report.Documents} documents, head {report.Head.Sequence} {report.Head.Hash}");
                    foreach (var finding in report.Findings)
                        await cli.Out.WriteLineAsync("  " + finding);
                }

            return reports.TrueForAll(r => r.Report.Sound) ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }
}
