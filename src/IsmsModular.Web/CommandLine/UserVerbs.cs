using System.CommandLine;
using System.CommandLine.Parsing;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms user add</c>, <c>reset-password</c> and <c>list</c>: also the way back in when the last administrator is locked out.</summary>
internal sealed class UserVerbs : ICliVerb
{
    public Command Build(Cli cli) => new("user", "Accounts") { Add(cli), ResetPassword(cli), List(cli) };

    private static Command Add(Cli cli)
    {
        var user = new Argument<string>("USER") { Description = "E-mail address or user name" };
        var name = new Option<string?>("--name") { Description = "Name shown to others", HelpName = "NAME" };
        var administrator = new Option<bool>("--administrator") { Description = "Administers the system" };
        var workspace = new Option<string?>("--workspace") { Description = "Makes it a member of this workspace", HelpName = "W" };
        var roles = new Option<Role[]>("--role") { Description = "Roles in the workspace: " + string.Join(", ", Enum.GetNames<Role>()), AllowMultipleArgumentsPerToken = true, HelpName = "ROLE", CustomParser = RolesOf };
        var until = new Option<DateOnly?>("--until") { Description = "Last day of the membership", HelpName = "DATE" };
        var file = PasswordFile(cli);
        var command = new Command("add", "Adds an account with a password") { user, name, administrator, workspace, roles, until, file };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var mediator = services.GetRequiredService<IMediator>();
            var slug = parsed.GetValue(workspace);
            var home = slug is null ? null : await services.GetRequiredService<SystemDirectory>().WorkspaceAsync(slug, token);
            if (slug is not null && home is null)
            {
                await cli.Error.WriteLineAsync($"There is no workspace '{slug}'.");
                return Cli.NotDone;
            }

            if (home is not null && parsed.GetValue(roles) is not { Length: > 0 })
                throw new UsageException("--workspace needs at least one --role.");
            var (password, made) = await PasswordAsync(cli, parsed.GetValue(file), token);
            var added = await mediator.Send(new AddAccount.Command(parsed.GetValue(user)!, parsed.GetValue(name) ?? parsed.GetValue(user)!, parsed.GetValue(administrator), password), token);
            if (!added.Succeeded)
                return await cli.RefusedAsync(services, added.Errors);
            // Said before the membership is tried: a password that was made is shown once.
            await cli.Out.WriteLineAsync($"Account '{parsed.GetValue(user)}' is added." + (made ? $" Password: {password}" : ""));
            if (home is not null)
            {
                var given = await mediator.Send(new SetMembership.Command(home.Id, added.Value.Id, [.. parsed.GetValue(roles)!], null, parsed.GetValue(until)), token);
                if (!given.Succeeded)
                    return await cli.RefusedAsync(services, given.Errors);
            }

            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command ResetPassword(Cli cli)
    {
        var user = new Argument<string>("USER") { Description = "E-mail address or user name" };
        var file = PasswordFile(cli);
        var command = new Command("reset-password", "Sets a new password, unlocks and reactivates the account, ends its sessions") { user, file };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var (password, made) = await PasswordAsync(cli, parsed.GetValue(file), token);
            var reset = await services.GetRequiredService<IMediator>().Send(new ChangeAccount.ResetPassword(parsed.GetValue(user)!, password), token);
            if (!reset.Succeeded)
                return await cli.RefusedAsync(services, reset.Errors);
            await cli.Out.WriteLineAsync($"The password of '{parsed.GetValue(user)}' is set." + (made ? $" Password: {password}" : ""));
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command List(Cli cli)
    {
        var command = new Command("list", "Lists accounts") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var all = await services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.Console).StreamAsync<Account>(Query.All.OrderBy("name"), token).ToListAsync(token);
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(all.Select(a => new { a.Id, a.UserName, a.Name, a.State, administrator = a.IsSystemAdministrator, a.LastSignInAt }));
            else
                await cli.WriteTableAsync(["USER", "NAME", "STATE", "ADMINISTRATOR"], [.. all.Select(a => new[] { a.UserName, a.Name, a.State.ToString().ToLowerInvariant(), a.IsSystemAdministrator ? "yes" : "no" })]);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Role[] RolesOf(ArgumentResult given)
    {
        var names = Enum.GetNames<Role>();
        var roles = new List<Role>();
        foreach (var token in given.Tokens)
        {
            if (names.FirstOrDefault(n => string.Equals(n, token.Value, StringComparison.OrdinalIgnoreCase)) is { } name)
                roles.Add(Enum.Parse<Role>(name));
            else
                given.AddError($"'{token.Value}' is not a role. Roles: {string.Join(", ", names)}.");
        }

        return [.. roles];
    }

    private static Option<string?> PasswordFile(Cli cli) => cli.InputFile(new Option<string?>("--password-file") { Description = "File whose first line is the password (else one is made and printed)", HelpName = "FILE" });

    private static async Task<(string Password, bool IsMade)> PasswordAsync(Cli cli, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
            return (Passwords.Random(), true);
        using var reader = new StreamReader(cli.OpenRead(file));
        return (await reader.ReadLineAsync(cancellationToken) ?? "", false);
    }
}
