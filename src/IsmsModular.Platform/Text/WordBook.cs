using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.FileProviders;

namespace IsmsModular.Platform.Text;

/// <summary>Words that come from elsewhere than <c>content/locales</c>: plugins bring their own.</summary>
public interface IWordSource
{
    /// <summary>Words by key in a language, <c>en</c> or <c>ms</c>; empty when there are none.</summary>
    IReadOnlyDictionary<string, string> Words(string language);
}

/// <summary>All words of the interface. Singleton. The program's own words win over a plugin's, an earlier plugin's over a later one's.</summary>
public sealed class WordBook
{
    /// <summary>Languages of the interface; the first is spoken when nothing else is known.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "ms"];

    private readonly Dictionary<string, Dictionary<string, string>> words = Languages.ToDictionary(l => l, _ => new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal);
    private readonly List<string> doubles = [];
    private readonly IReadOnlyList<IWordSource> sources;
    private readonly ConcurrentDictionary<string, bool> missing = new(StringComparer.Ordinal);

    /// <summary>Reads every <c>locales/{language}/*.json</c>, each a flat object of key and words.</summary>
    /// <exception cref="InvalidDataException">A file is no flat object of texts.</exception>
    public WordBook(IFileProvider content, IEnumerable<IWordSource>? sources = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        this.sources = [.. sources ?? []];
        foreach (var language in Languages)
        {
            foreach (var file in content.GetDirectoryContents("locales/" + language).Where(f => f.Name.EndsWith(".json", StringComparison.Ordinal)).OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                using var stream = file.CreateReadStream();
                foreach (var (key, text) in Read(stream, $"{language}/{file.Name}"))
                    if (!words[language].TryAdd(key, text))
                        doubles.Add($"{language}/{file.Name}: {key}");
            }
        }
    }

    /// <summary>Keys that were asked for and are in no language.</summary>
    public IEnumerable<string> Missing => missing.Keys.Order(StringComparer.Ordinal);

    /// <summary>Keys that stand in two files: the first one is spoken.</summary>
    public IReadOnlyList<string> Doubles => doubles;

    /// <summary>Keys of a language.</summary>
    public IReadOnlyCollection<string> Keys(string language) => words[language].Keys;

    /// <summary>Words in the language, else in English, else <c>null</c>.</summary>
    public string? Find(string language, string key) => In(language, key) ?? In("en", key);

    private string? In(string language, string key) =>
        words.TryGetValue(language, out var own) && own.TryGetValue(key, out var text)
            ? text
            : sources.Select(s => s.Words(language).GetValueOrDefault(key)).FirstOrDefault(t => t is not null);

    internal void Miss(string key) => missing.TryAdd(key, true);

    private static Dictionary<string, string> Read(Stream stream, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(stream) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"locales/{name} is not a flat JSON object of texts: {e.Message}", e);
        }
    }
}
