using IsmsModular.Conformance;

// Run it with: dotnet run --project check. The same call fits into any test framework.
var findings = await PluginCheck.CheckAsync(new AcmeMarkdown.Plugin(), AppContext.BaseDirectory);
foreach (var finding in findings)
    Console.Error.WriteLine(finding);
Console.WriteLine(findings.Count == 0 ? "It keeps to the contract." : $"Findings: {findings.Count}.");
return findings.Count == 0 ? 0 : 1;
