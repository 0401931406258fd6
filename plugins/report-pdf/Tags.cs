using System.Globalization;
using System.Text;

namespace IsmsModular.Plugins.Pdf;

/// <summary>The structure of a document for who listens to it: headings, paragraphs, tables with their header cells. An element is written when it ends.</summary>
internal sealed class Tags(PdfFile file)
{
    private readonly List<int> pageKeys = [];
    private readonly int root = file.Reserve();

    /// <summary>An open element.</summary>
    internal sealed class Element(int id, string type, int parent, string more)
    {
        public int Id { get; } = id;

        public string Type { get; } = type;

        public int Parent { get; } = parent;

        public string More { get; } = more;

        public StringBuilder Children { get; } = new();

        public int FirstPage { get; set; }
    }

    public Element OpenDocument() => new(file.Reserve(), "Document", root, "");

    public Element Open(Element parent, string type, string more = "")
    {
        var element = new Element(file.Reserve(), type, parent.Id, more);
        parent.Children.Append(CultureInfo.InvariantCulture, $"{element.Id} 0 R ");
        return element;
    }

    /// <summary>Takes a piece of a page into an element; gives its number on the page.</summary>
    public static int Mark(Element element, int page, List<int> marks)
    {
        var number = marks.Count;
        marks.Add(element.Id);
        if (element.FirstPage == 0)
            element.FirstPage = page;
        if (element.FirstPage == page)
            element.Children.Append(CultureInfo.InvariantCulture, $"{number} ");
        else
            element.Children.Append(CultureInfo.InvariantCulture, $"<</Type/MCR/Pg {page} 0 R/MCID {number}>>");
        return number;
    }

    /// <summary>Takes a link into an element.</summary>
    public static void Refer(Element element, int annotation, int page) =>
        element.Children.Append(CultureInfo.InvariantCulture, $"<</Type/OBJR/Obj {annotation} 0 R/Pg {page} 0 R>>");

    public void Close(Element element)
    {
        var page = element.FirstPage == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/Pg {element.FirstPage} 0 R");
        file.Write(element.Id, string.Create(CultureInfo.InvariantCulture, $"<</Type/StructElem/S/{element.Type}/P {element.Parent} 0 R{page}{element.More}/K[{element.Children}]>>"));
    }

    /// <summary>Keeps which element each piece of a page belongs to; gives the page's key.</summary>
    public int EndPage(List<int> marks)
    {
        pageKeys.Add(file.Write($"[{string.Join(' ', marks.Select(m => m.ToString(CultureInfo.InvariantCulture) + " 0 R"))}]"));
        return pageKeys.Count - 1;
    }

    /// <summary>Writes the root; gives its number. <paramref name="links"/> are elements of links, whose keys follow the pages'.</summary>
    public int Finish(Element document, IReadOnlyList<int> links)
    {
        Close(document);
        var numbers = pageKeys.Concat(links).Select((id, i) => string.Create(CultureInfo.InvariantCulture, $"{i} {id} 0 R"));
        var tree = file.Write($"<</Nums[{string.Join(' ', numbers)}]>>");
        file.Write(root, string.Create(CultureInfo.InvariantCulture, $"<</Type/StructTreeRoot/K {document.Id} 0 R/ParentTree {tree} 0 R/ParentTreeNextKey {pageKeys.Count + links.Count}>>"));
        return root;
    }
}
