FROM node:24-slim AS static
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static/scss static/scss
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home app
# Letters without serifs: the fonts inside the PDF library have them.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-liberation fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
COPY --from=static /build/.build/govuk .build/govuk
# Production settings refuse to load without secrets, and an image must hold none; the files are the same in demo mode.
RUN SDS_MODE=demo SDS_DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -r /tmp/build
ENV SDS_MODE=production
USER app
EXPOSE 8000
