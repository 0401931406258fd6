using System.CommandLine;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms sample generate</c>: many plausible records, to measure with.</summary>
internal sealed class SampleVerbs : ICliVerb
{
    public Command Build(Cli cli)
    {
        var assets = Count("--assets", "Assets to make", 1000);
        var risks = Count("--risks", "Risks to make", 1000);
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same records", DefaultValueFactory = _ => 1, HelpName = "S" };
        var generate = new Command("generate", "Fill a workspace with many plausible records, to measure with") { Cli.Workspace, assets, risks, seed };
        generate.SetAction((parsed, cancellationToken) => cli.InWorkspace(parsed, async (services, token) =>
        {
            var written = await services.GetRequiredService<ILargeSample>().GenerateAsync(parsed.GetValue(assets), parsed.GetValue(risks), parsed.GetValue(seed), null, token);
            await cli.Out.WriteLineAsync($"{written} records written.");
            return Cli.Good;
        }, cancellationToken));
        return new("sample", "Records to try and to measure with") { generate };
    }

    private static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 1 or > 1_000_000)
                result.AddError($"{name} is a number from 1 to 1000000.");
        });
        return option;
    }
}
