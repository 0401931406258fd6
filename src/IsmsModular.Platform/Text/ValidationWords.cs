using System.Globalization;
using FluentValidation.Resources;

namespace IsmsModular.Platform.Text;

/// <summary>Messages of validators that name none: keys of our locales instead of FluentValidation's English (which is empty under Malay).</summary>
internal sealed class ValidationWords : ILanguageManager
{
    public bool Enabled { get; set; } = true;

    public CultureInfo? Culture { get; set; }

    public string GetString(string key, CultureInfo? culture = null) => key switch
    {
        "NotEmptyValidator" or "NotNullValidator" => "validation.required",
        "MaximumLengthValidator" or "LengthValidator" or "ExactLengthValidator" => "validation.long",
        "EmailValidator" => "validation.email",
        "GreaterThanValidator" or "GreaterThanOrEqualValidator" or "LessThanValidator" or "LessThanOrEqualValidator" or "InclusiveBetweenValidator" or "ExclusiveBetweenValidator" => "validation.range",
        _ => "validation.value",
    };
}
