using System.Globalization;

namespace IsmsModular.Platform.Text;

/// <summary>The languages as cultures: words in the language, dates and numbers as people write them there.</summary>
public static class Languages
{
    /// <summary>The culture of <c>en</c> or <c>ms</c>; of English for anything else.</summary>
    public static CultureInfo Culture(string? language) => language == "ms" ? Malay : English;

    private static CultureInfo English { get; } = CultureInfo.GetCultureInfo("en-GB");

    private static CultureInfo Malay { get; } = CultureInfo.GetCultureInfo("ms-MY");

    /// <summary>Speaks a language for the rest of the current flow: for the command line and tests; a request gets its own.</summary>
    public static void Speak(string? language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Culture(language);
}
