using System.CommandLine;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms workspace create</c> and <c>list</c>.</summary>
internal sealed partial class WorkspaceVerbs : ICliVerb
{
    public Command Build(Cli cli) => new("workspace", "Organisations, each with an ISMS of its own") { Create(cli), List(cli) };

    private static Command Create(Cli cli)
    {
        var what = new Argument<string?>("W") { Description = "Slug, or name, from which the slug is made (else made from --name)", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Name of the organisation", HelpName = "NAME" };
        var slug = new Option<string?>("--slug") { Description = "Part of the address", HelpName = "SLUG" };
        var member = new Option<string?>("--member") { Description = "User name of the first member, who administers it", HelpName = "USER" };
        var zone = new Option<string>("--time-zone") { DefaultValueFactory = _ => "Asia/Kuala_Lumpur", HelpName = "ZONE" };
        var currency = new Option<string>("--currency") { DefaultValueFactory = _ => "MYR", HelpName = "CODE" };
        var language = new Option<string>("--language") { DefaultValueFactory = _ => "en", HelpName = "en|ms" };
        var command = new Command("create", "Creates a workspace") { what, name, slug, member, zone, currency, language, Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var given = parsed.GetValue(what) ?? parsed.GetValue(name) ?? throw new UsageException("A name is needed: isms workspace create \"Name of the organisation\".");
            string? first = null;
            if (parsed.GetValue(member) is { } user)
            {
                first = await services.GetRequiredService<AccountFinder>().IdOfAsync(user, token);
                if (first is null)
                {
                    await cli.Error.WriteLineAsync($"There is no account '{user}'.");
                    return Cli.NotDone;
                }
            }

            var created = await services.GetRequiredService<IMediator>().Send(new CreateWorkspace.Command(parsed.GetValue(name) ?? given, parsed.GetValue(slug) ?? SlugOf(given), first, parsed.GetValue(zone)!, parsed.GetValue(currency)!, parsed.GetValue(language)!), token);
            if (!created.Succeeded)
                return await cli.RefusedAsync(services, created.Errors);
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(Shape(created.Value));
            else
                await cli.Out.WriteLineAsync($"Workspace '{created.Value.Name}' is created: /w/{created.Value.Slug}");
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command List(Cli cli)
    {
        var command = new Command("list", "Lists workspaces") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var all = await services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.Console).StreamAsync<Workspace>(Query.All.OrderBy("name"), token).ToListAsync(token);
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(all.Select(Shape));
            else
                await cli.WriteTableAsync(["SLUG", "NAME", "STATE", "CATALOGUE", "METHODOLOGY"], [.. all.Select(w => new[] { w.Slug, w.Name, w.ArchivedAt is null ? "active" : "archived", w.Catalogue, w.Methodology })]);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static object Shape(Workspace w) => new { w.Id, w.Slug, w.Name, w.TimeZone, w.Currency, w.Language, w.Catalogue, w.Methodology, archived = w.ArchivedAt is not null };

    private static string SlugOf(string name) => NotInSlugs().Replace(name.ToLowerInvariant(), "-").Trim('-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInSlugs();
}
