using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace IsmsModular.Tests.Imports;

/// <summary>Makes XLSX files as a spreadsheet program would: shared strings, numbers, dates.</summary>
internal static class Workbook
{
    public static byte[] Of(params object?[][] rows) => WithMerged(null, rows);

    /// <summary>With one merged cell, such as <c>A2:A4</c>.</summary>
    public static byte[] WithMerged(string? merged, params object?[][] rows)
    {
        var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook();
            var sheet = workbook.AddNewPart<WorksheetPart>();
            var data = new SheetData();
            sheet.Worksheet = new Worksheet(data);
            var styles = workbook.AddNewPart<WorkbookStylesPart>();
            styles.Stylesheet = new Stylesheet(
                new Fonts(new Font()),
                new Fills(new Fill()),
                new Borders(new Border()),
                new CellFormats(new CellFormat { NumberFormatId = 0 }, new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true }));
            var strings = workbook.AddNewPart<SharedStringTablePart>();
            strings.SharedStringTable = new SharedStringTable();
            Dictionary<string, int> known = [];
            for (var r = 0; r < rows.Length; r++)
            {
                if (rows[r].Length == 0)
                    continue;
                var row = new Row { RowIndex = (uint)r + 1 };
                for (var c = 0; c < rows[r].Length; c++)
                {
                    // Empty cells are left out, as spreadsheets do.
                    if (rows[r][c] is not { } value)
                        continue;
                    var cell = new Cell { CellReference = $"{IsmsModular.Platform.Imports.TableColumn.LetterOf(c)}{r + 1}" };
                    switch (value)
                    {
                        case DateOnly date:
                            cell.StyleIndex = 1;
                            cell.CellValue = new CellValue(date.ToDateTime(default).ToOADate());
                            break;
                        case int or double or decimal:
                            cell.CellValue = new CellValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
                            break;
                        default:
                            var text = value.ToString()!;
                            if (!known.TryGetValue(text, out var index))
                            {
                                known[text] = index = known.Count;
                                strings.SharedStringTable.AppendChild(new SharedStringItem(new Text(text) { Space = SpaceProcessingModeValues.Preserve }));
                            }

                            cell.DataType = CellValues.SharedString;
                            cell.CellValue = new CellValue(index);
                            break;
                    }

                    row.AppendChild(cell);
                }

                data.AppendChild(row);
            }

            if (merged is not null)
                sheet.Worksheet.AppendChild(new MergeCells(new MergeCell { Reference = merged }));
            workbook.Workbook.AppendChild(new Sheets(new Sheet { Id = workbook.GetIdOfPart(sheet), SheetId = 1, Name = "Assets" }));
        }

        return stream.ToArray();
    }
}
