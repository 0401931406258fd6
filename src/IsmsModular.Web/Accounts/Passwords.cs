using System.Collections.Frozen;
using System.Security.Cryptography;
using FluentValidation;

namespace IsmsModular.Web.Accounts;

/// <summary>Rule for passwords: long enough, not on the list of the ones tried first, not the user's own name. No rules of composition (NIST SP 800-63B).</summary>
internal static class Passwords
{
    public const int Least = 12;
    public const int Most = 128;

    private static readonly FrozenSet<string> Common = new[]
    {
        "123456789012", "1234567890123", "12345678901234", "1234567890ab", "password1234", "password12345", "passwordpassword", "password123456", "qwertyuiop12", "qwertyuiop123",
        "qwerty123456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "iloveyou1234", "administrator", "administrator1", "admin1234567", "admin12345678", "letmein12345", "welcome12345", "welcome123456",
        "changeme1234", "changeme12345", "abcdefghijkl", "abcd12345678", "aaaaaaaaaaaa", "111111111111", "000000000000", "malaysia1234", "malaysia12345", "kualalumpur1", "selamatdatang",
        "katalaluan12", "katalaluan123", "katalaluan1234", "isms12345678", "ismsmodular1", "ismsmodular123", "iso27001iso27001", "secret123456", "superman1234", "trustno1trustno1", "monkey123456", "dragon123456",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static IRuleBuilderOptions<T, string?> IsGoodPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotEmpty().WithMessage("validation.required")
        .MinimumLength(Least).WithMessage("account.password.short")
        .MaximumLength(Most).WithMessage("validation.long")
        .Must(p => p is null || !IsEasy(p)).WithMessage("account.password.common");

    public static bool IsEasy(string password) => Common.Contains(password) || password.Distinct().Count() < 4;

    /// <summary>20 letters and digits in groups of five: 99 bits.</summary>
    public static string Random() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 5)));
}
