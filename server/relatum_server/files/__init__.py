"""Files: kept beside the database by the digest of their content, and served as the record that names them may be read.

In the order in which a file passes through:

- `addresses`: where files are found;
- `uploads`: the parts of a multipart request, each on its way to the disk as it arrives; `media_types`: of what it may be
  said to be;
- `store`: the folder, in which a file is complete or not at all;
- `serving`: ``/files/{record}/{field}``, which asks the database for the field as everybody does;
- `sweeping`: the end of files that no record names.
"""
