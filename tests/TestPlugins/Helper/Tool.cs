namespace Helper;

/// <summary>A private dependency of a plugin; this assembly has no entry type.</summary>
public class Tool
{
    public string Word => "helped";
}
